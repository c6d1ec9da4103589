#!/usr/bin/env bash
# Fails unless the commit that is checked out is on main: a tag on another commit must not be deployed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
git merge-base --is-ancestor HEAD origin/main && exit
echo "the commit $(git rev-parse --short HEAD) is not on main" >&2
exit 1
