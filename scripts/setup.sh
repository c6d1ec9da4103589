#!/usr/bin/env bash
# Sets up what is missing. Prints nothing when nothing is missing. Usage: scripts/setup.sh [terraform] [python]
#
# It always checks Node and installs the packages. `terraform` also checks Terraform. `python` also checks Python and
# installs the environment of the local AWS. Everything then runs on the Node version that package.json pins.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

has_missing=0
missing() {
  echo "setup: $1" >&2
  has_missing=1
}

# at_least <found> <wanted>, both major.minor
at_least() {
  [ "${1%%.*}" -gt "${2%%.*}" ] || { [ "${1%%.*}" -eq "${2%%.*}" ] && [ "${1#*.}" -ge "${2#*.}" ]; }
}

# version_of <text>: the first major.minor in it
version_of() {
  [[ $1 =~ ([0-9]+)\.([0-9]+) ]] && echo "${BASH_REMATCH[1]}.${BASH_REMATCH[2]}"
}

# need <name> <wanted major.minor> <found version text> <how to install>
need() {
  local found
  if ! found=$(version_of "$3"); then
    missing "$1 is missing: $4"
  elif ! at_least "$found" "$2"; then
    missing "$1 $2 or newer is needed, here is $found: $4"
  fi
}

# Whether there is a suitable Python under one of the names that scripts/setup/python-environment.ts tries.
has_python() {
  local name
  for name in python3 python python3.1{4,3,2,1,0}; do
    "$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null && return
  done
  return 1
}

need git 2.0 "$(git --version 2>/dev/null || true)" "https://git-scm.com/downloads, or your system's package git"
need Node 20.19 "$(node --version 2>/dev/null || true)" "https://nodejs.org/en/download, or your system's package nodejs"
need npm 9.0 "$(npm --version 2>/dev/null || true)" "it comes with Node, or as your system's package npm"
for tool in "$@"; do
  case $tool in
    terraform)
      need Terraform 1.11 "$(terraform version 2>/dev/null | head -n 1 || true)" "https://developer.hashicorp.com/terraform/install"
      ;;
    python)
      has_python || missing "Python 3.10 or newer with venv is missing: https://www.python.org/downloads, or your system's packages python3 and python3-venv"
      ;;
    *)
      missing "$tool is not a known tool: use terraform or python"
      ;;
  esac
done
[ "$has_missing" -eq 0 ] || exit 1

# Only the owner can read local state, passwords and plans.
(umask 077 && mkdir -p .local)
chmod go-rwx .local
node scripts/setup/install.mjs

case " $* " in
  *" python "*) node_modules/.bin/node scripts/local/setup.ts >&2 ;;
esac
