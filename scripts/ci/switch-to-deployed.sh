#!/usr/bin/env bash
# Checks out the commit that STAGE should run: dev runs main, stage and prod run the newest tag v* of main. Without such a
# tag, they were not deployed yet, and main stays.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
case ${STAGE:-} in
  dev) exit ;;
  stage | prod) ;;
  *) echo "STAGE must be dev, stage or prod" >&2 && exit 1 ;;
esac
tag=$(git describe --tags --abbrev=0 --match 'v*' 2>/dev/null || true)
[ -z "$tag" ] || git switch --quiet --detach "$tag"
