#!/usr/bin/env bash
# Runs Terraform with the right provider source and backend. Usage:
#
#   scripts/terraform.sh check                         format and validity of every module and root; changes nothing
#   scripts/terraform.sh fmt                           formats every file
#   scripts/terraform.sh test [folder …]               every `terraform test`, or those of the folders named
#   scripts/terraform.sh plan <stage> [argument …]     saves the plan of dev, stage or prod
#   scripts/terraform.sh deploy <stage>                applies the saved plan, then writes the keys that are missing
#   scripts/terraform.sh destroy <stage> [argument …]  takes the stage down
#   scripts/terraform.sh <stage> <command> …           any command in a root: local, dev, stage or prod
#   scripts/terraform.sh <folder> <command> …          any command in a folder below terraform/, e.g. modules/queue
#
# dev, stage and prod keep their state in the bucket that STATE_BUCKET names. Providers come from the mirror that
# TF_PROVIDER_MIRROR names, else from one on this machine that only root or the user can change, else from the public
# registry. Whatever the source, init accepts only the version and the hashes of the committed lock files, and never
# changes these: to take another version, run scripts/terraform.sh local init -upgrade and copy the lock file.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly TOP=$PWD
readonly WORK=$TOP/.local/terraform
# The roots have the same lock file; a module has none of its own.
readonly LOCK_FILE=terraform/envs/local/.terraform.lock.hcl
# Plans and states hold secrets, so nobody else may read what is written here, nor what an older version wrote.
umask 077
mkdir -p "$WORK"
chmod go-rwx "$TOP/.local" "$WORK"
find "$WORK" -maxdepth 1 -name '*.tfplan' -exec chmod go-rwx {} +
export TF_IN_AUTOMATION=1 TF_INPUT=${TF_INPUT:-0} CHECKPOINT_DISABLE=1

fail() {
  echo "terraform: $*" >&2
  exit 1
}

# ---- where providers come from

# shellcheck source=scripts/terraform/find-mirror.sh
. scripts/terraform/find-mirror.sh

hcl_text() { printf %s "$1" | sed 's/[\\"]/\\&/g'; }

choose_provider_source() {
  MIRROR=${TF_PROVIDER_MIRROR:-}
  if [ -z "$MIRROR" ]; then
    [ -n "${TF_CLI_CONFIG_FILE:-}" ] && [ -e "$TF_CLI_CONFIG_FILE" ] && return
    [ -z "${TF_CLI_CONFIG_FILE:-}" ] && [ -e "${HOME:-}/.terraformrc" ] && return
    MIRROR=$(find_mirror /)
  fi
  if [ -n "$MIRROR" ]; then
    printf 'provider_installation {\n  filesystem_mirror {\n    path = "%s"\n  }\n}\n' "$(hcl_text "$MIRROR")" >"$WORK/mirror.$$"
    mv "$WORK/mirror.$$" "$WORK/mirror.tfrc"
    export TF_CLI_CONFIG_FILE=$WORK/mirror.tfrc
    return
  fi
  unset TF_CLI_CONFIG_FILE # it named a file that is not there
  export TF_PLUGIN_CACHE_DIR=${TF_PLUGIN_CACHE_DIR:-$WORK/plugins}
  mkdir -p "$TF_PLUGIN_CACHE_DIR"
}

# ---- init, once for the same files

# What init reads: where modules, providers and states are, and the lock files. Other edits need no new one.
sources_digest() {
  {
    find "$TOP/terraform" -name '*.tf' -not -path '*/.terraform/*' -print0 | sort -z |
      xargs -0 grep -hE '^ *(backend|key|module|provider|region|source|version)\b'
    cat "$TOP"/terraform/envs/*/.terraform.lock.hcl || true
  } 2>/dev/null | cksum | tr ' ' -
}

# init_folder <folder> <backend argument, or nothing> [argument …]; TF_DATA_DIR says where the result lies
init_folder() {
  local folder=$1 backend=$2 data=${TF_DATA_DIR:-$TOP/terraform/$1/.terraform}
  shift 2
  local stamp="$SOURCES $MIRROR $backend" log="$WORK/init.$$.log"
  # Without a lock file, Terraform would run whatever version a mirror or the registry offers.
  case $folder in
    modules/*) cmp -s "$LOCK_FILE" "terraform/$folder/${LOCK_FILE##*/}" || cp "$LOCK_FILE" "terraform/$folder/" ;;
  esac
  if [ $# -eq 0 ] && [ "$(cat "$data/ready" 2>/dev/null)" = "$stamp" ]; then
    return
  fi
  case " $* " in
    *" -upgrade "*) ;; # asked for by the user; Terraform refuses both together
    *) set -- -lockfile=readonly "$@" ;;
  esac
  if ! terraform -chdir="terraform/$folder" init -no-color -reconfigure ${backend:+"$backend"} "$@" >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    fail "init of $folder failed"
  fi
  rm -f "$log"
  echo "$stamp" >"$data/ready"
}

backend_of() {
  case $1 in
    envs/local) ;;
    envs/*)
      [ -n "${STATE_BUCKET:-}" ] || fail "STATE_BUCKET is missing: name the S3 bucket that keeps the state, e.g. STATE_BUCKET=my-state"
      echo "-backend-config=bucket=$STATE_BUCKET"
      ;;
    *) echo -backend=false ;;
  esac
}

run_in() {
  local folder=$1 backend
  shift
  [ -d "terraform/$folder" ] || fail "there is no folder terraform/$folder"
  backend=$(backend_of "$folder")
  if [ "${1:-}" = init ]; then
    shift
    init_folder "$folder" "$backend" "$@" -input=false
    return
  fi
  init_folder "$folder" "$backend"
  terraform -chdir="terraform/$folder" "$@"
}

# ---- every folder

folders() { (cd terraform && ls -d modules/* envs/*); }

init_without_backend() {
  export TF_DATA_DIR=$WORK/data/$1
  init_folder "$1" -backend=false
}

without_backend() {
  local folder=$1
  shift
  init_without_backend "$folder"
  terraform -chdir="terraform/$folder" "$@"
}

# Terraform reads the packages of the functions. Where none is deployed, an empty file for each function is enough.
use_placeholder_packages() {
  local file
  mkdir -p "$WORK/placeholders"
  for file in handlers/*/index.ts; do
    : >"$WORK/placeholders/$(basename "$(dirname "$file")").zip"
  done
  export TF_VAR_dist_dir=$WORK/placeholders
}

# each <check|test> <folder …>: as many at once as there are processors; what each said is in $LOGS/<folder>
each() {
  local what=$1 folder
  shift
  LOGS=$(mktemp -d "$WORK/$what.XXXXXX")
  trap 'rm -rf "$LOGS"' EXIT
  export LOGS
  mkdir "$LOGS/modules" "$LOGS/envs"
  # Terraform does not guard a cache of providers against a second init; what fails here is tried again, and told, below.
  [ -n "$MIRROR" ] || for folder in "$@"; do (init_without_backend "$folder") >/dev/null 2>&1 || true; done
  printf '%s\n' "$@" | xargs -P "$(getconf _NPROCESSORS_ONLN)" -I{} "$TOP/scripts/terraform.sh" "each-$what" {} || true
}

check() {
  terraform fmt -check -recursive terraform || fail "make format formats the files above"
  local bad=0 folder
  each check "$@"
  for folder in "$@"; do
    grep -q 'configuration is valid' "$LOGS/$folder" && continue
    printf '== %s\n' "$folder"
    cat "$LOGS/$folder"
    bad=1
  done
  [ $bad = 0 ] || exit 1
  echo "terraform: $# folders are formatted and valid"
}

run_tests() {
  use_placeholder_packages
  local passed=0 failed=0 folder counts
  each test "$@"
  for folder in "$@"; do
    counts=$(sed -nE 's/^(Success|Failure)! ([0-9]+) passed, ([0-9]+) failed.*/\2 \3/p' "$LOGS/$folder")
    # A folder that did not come to its end, or ran nothing, counts as one failure.
    [ "${counts:-0 0}" != "0 0" ] || counts="0 1"
    if [ "${counts#* }" = 0 ]; then sed -nE "s|^  run|$folder:|p" "$LOGS/$folder"; else printf '== %s\n' "$folder"; cat "$LOGS/$folder"; fi
    passed=$((passed + ${counts% *}))
    failed=$((failed + ${counts#* }))
  done
  echo "terraform: $passed passed, $failed failed"
  [ "$failed" = 0 ]
}

# ---- stages

stage_of() {
  case ${1:-} in
    dev | stage | prod) echo "$1" ;;
    *) fail "which stage? dev, stage or prod" ;;
  esac
}

plan() {
  local stage
  stage=$(stage_of "${1:-}")
  shift
  run_in "envs/$stage" plan -out="$WORK/$stage.tfplan" -var="release=$(git rev-parse --short HEAD 2>/dev/null || echo unknown)" "$@"
}

deploy() {
  local stage
  stage=$(stage_of "${1:-}")
  shift
  [ -f "$WORK/$stage.tfplan" ] || fail "there is no saved plan of $stage: make one first, look at it, then deploy"
  run_in "envs/$stage" apply "$@" "$WORK/$stage.tfplan"
  rm -f "$WORK/$stage.tfplan"
  node_modules/.bin/node scripts/cursor-key.ts "$stage"
}

destroy() {
  local stage
  stage=$(stage_of "${1:-}")
  shift
  use_placeholder_packages
  TF_INPUT=1 run_in "envs/$stage" destroy "$@"
}

choose_provider_source
SOURCES=$(sources_digest)
command=${1:-}
[ -n "$command" ] || { sed -n '2,17s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 2; }
shift
case $command in
  # shellcheck disable=SC2046 # one folder a word
  check) check $(folders) ;;
  fmt) terraform fmt -recursive terraform ;;
  # shellcheck disable=SC2046 # one folder a word
  test) if [ $# -gt 0 ]; then run_tests "$@"; else run_tests $(folders); fi ;;
  each-check) without_backend "$1" validate -no-color >"$LOGS/$1" 2>&1 ;;
  each-test)
    unset AWS_PROFILE AWS_ENDPOINT_URL # tests need no account, and look for none
    without_backend "$1" test -no-color >"$LOGS/$1" 2>&1
    ;;
  plan | deploy | destroy) "$command" "$@" ;;
  local | dev | stage | prod) run_in "envs/$command" "$@" ;;
  *) run_in "$command" "$@" ;;
esac
