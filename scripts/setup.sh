#!/usr/bin/env bash
# Sets up what is missing, and says nothing when nothing is. Usage: scripts/setup.sh [terraform] [python]
#
# Node and its packages are always seen to; `terraform` also looks for Terraform, `python` for Python, and makes the
# environment of the local AWS. Everything runs on the Node that package.json pins, whichever started this.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

lacking=0
lack() {
  echo "setup: $1" >&2
  lacking=1
}

# at_least <found> <wanted>, both major.minor
at_least() {
  [ "${1%%.*}" -gt "${2%%.*}" ] || { [ "${1%%.*}" -eq "${2%%.*}" ] && [ "${1#*.}" -ge "${2#*.}" ]; }
}

# two <version text>: its major.minor
two() {
  [[ $1 =~ ([0-9]+)\.([0-9]+) ]] && echo "${BASH_REMATCH[1]}.${BASH_REMATCH[2]}"
}

# need <name> <wanted major.minor> <found version text> <how to install>
need() {
  local found
  if ! found=$(two "$3"); then
    lack "$1 is missing: $4"
  elif ! at_least "$found" "$2"; then
    lack "$1 $2 or newer is needed, here is $found: $4"
  fi
}

# Some Python of the names that scripts/local/setup.ts tries, too.
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
      has_python || lack "Python 3.10 or newer with venv is missing: https://www.python.org/downloads, or your system's packages python3 and python3-venv"
      ;;
    *)
      lack "no tool is called $tool; there are terraform and python"
      ;;
  esac
done
[ "$lacking" -eq 0 ] || exit 1

# Local state, passwords and plans are nobody else's.
(umask 077 && mkdir -p .local)
chmod go-rwx .local
node scripts/setup/install.mjs

case " $* " in
  *" python "*) node_modules/.bin/node scripts/local/setup.ts >&2 ;;
esac
