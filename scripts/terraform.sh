#!/usr/bin/env bash
# Runs Terraform with the right provider source and backend. Usage:
#
#   scripts/terraform.sh check                         checks format and validity of every module and root
#   scripts/terraform.sh fmt                           formats every file
#   scripts/terraform.sh test [folder …]               runs `terraform test` everywhere, or in these folders;
#                                                      TEST_FILE=tests/alarms.tftest.hcl runs one file of a folder
#   scripts/terraform.sh plan <stage> [argument …]     saves a plan of dev, stage or prod
#   scripts/terraform.sh apply <stage>                 applies the saved plan, then writes missing keys
#   scripts/terraform.sh destroy <stage> [argument …]  removes the stage
#   scripts/terraform.sh bootstrap <stage> [argument …]  creates the bucket of the state, and the roles of the workflows
#   scripts/terraform.sh <stage> <command> …           runs a command in a root: local, dev, stage or prod
#   scripts/terraform.sh <folder> <command> …          runs a command in a folder of terraform/, e.g. modules/queue
#
# The state of dev, stage and prod is in the bucket that STATE_BUCKET names. AWS_REGION names the region of the stage and
# of this bucket, us-east-1 by default. Providers come from the mirror that
# TF_PROVIDER_MIRROR names. Without it, they come from a mirror on this machine that only root or the user can change, or
# else from the public registry. init accepts only the version and the hashes of the committed lock files, and never
# changes those files. For another version, run scripts/terraform.sh local init -upgrade and copy the lock file.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly TOP=$PWD
readonly WORK=$TOP/.local/terraform
# All roots have the same lock file. Modules have none.
readonly LOCK_FILE=terraform/envs/local/.terraform.lock.hcl
# Plans and states contain secrets, so only the owner may read new files and those of older versions of this script.
umask 077
mkdir -p "$WORK"
chmod go-rwx "$TOP/.local" "$WORK"
find "$WORK" -maxdepth 1 -name '*.tfplan' -exec chmod go-rwx {} +
export TF_IN_AUTOMATION=1 TF_INPUT=${TF_INPUT:-0} CHECKPOINT_DISABLE=1

fail() {
  echo "terraform: $*" >&2
  exit 1
}

# ---- source of the providers

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
  unset TF_CLI_CONFIG_FILE # the file does not exist
  export TF_PLUGIN_CACHE_DIR=${TF_PLUGIN_CACHE_DIR:-$WORK/plugins}
  mkdir -p "$TF_PLUGIN_CACHE_DIR"
}

# ---- init, only after a change

# A digest of the lines that init depends on: sources of modules and providers, backends, lock files.
sources_digest() {
  {
    find "$TOP/terraform" -name '*.tf' -not -path '*/.terraform/*' -print0 | sort -z |
      xargs -0 grep -hE '^ *(backend|key|module|provider|region|source|version)\b'
    cat "$TOP"/terraform/envs/*/.terraform.lock.hcl || true
  } 2>/dev/null | cksum | tr ' ' -
}

# init_folder <folder> [argument …]: with the arguments in BACKEND; the result is in TF_DATA_DIR
init_folder() {
  local folder=$1 data=${TF_DATA_DIR:-$TOP/terraform/$1/.terraform}
  shift
  local stamp="$SOURCES $MIRROR ${BACKEND[*]-}" log="$WORK/init.$$.log"
  # Without a lock file, Terraform would run any version that a mirror or the registry offers.
  case $folder in
    modules/* | bootstrap) cmp -s "$LOCK_FILE" "terraform/$folder/${LOCK_FILE##*/}" || cp "$LOCK_FILE" "terraform/$folder/" ;;
  esac
  if [ $# -eq 0 ] && [ "$(cat "$data/ready" 2>/dev/null)" = "$stamp" ]; then
    return
  fi
  case " $* " in
    *" -upgrade "*) ;; # the user requested it, and Terraform refuses it together with -lockfile
    *) set -- -lockfile=readonly "$@" ;;
  esac
  if ! terraform -chdir="terraform/$folder" init -no-color -reconfigure ${BACKEND[@]+"${BACKEND[@]}"} "$@" >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    fail "init of $folder failed"
  fi
  rm -f "$log"
  echo "$stamp" >"$data/ready"
}

use_region() {
  export AWS_REGION=${AWS_REGION:-us-east-1}
  export TF_VAR_region=$AWS_REGION
}

# The result is in BACKEND, the arguments of init. The bucket is in the region of the stage. So with a wrong AWS_REGION, S3
# refuses, before Terraform plans the whole stage in another region.
choose_backend() {
  BACKEND=()
  case $1 in
    envs/local) ;;
    envs/*)
      [ -n "${STATE_BUCKET:-}" ] || fail "STATE_BUCKET is missing: name the S3 bucket that keeps the state, e.g. STATE_BUCKET=my-state"
      use_region
      BACKEND=("-backend-config=bucket=$STATE_BUCKET" "-backend-config=region=$AWS_REGION")
      ;;
    *) BACKEND=(-backend=false) ;;
  esac
}

run_in() {
  local folder=$1
  shift
  [ -d "terraform/$folder" ] || fail "there is no folder terraform/$folder"
  choose_backend "$folder"
  if [ "${1:-}" = init ]; then
    shift
    init_folder "$folder" "$@" -input=false
    return
  fi
  init_folder "$folder"
  terraform -chdir="terraform/$folder" "$@"
}

# ---- every folder

folders() { (cd terraform && ls -d bootstrap modules/* envs/* 2>/dev/null); }

init_without_backend() {
  export TF_DATA_DIR=$WORK/data/$1
  BACKEND=(-backend=false)
  init_folder "$1"
}

without_backend() {
  local folder=$1
  shift
  init_without_backend "$folder"
  terraform -chdir="terraform/$folder" "$@"
}

# Terraform reads the packages of the functions. An empty file for each is enough when nothing is deployed.
use_placeholder_packages() {
  local file
  mkdir -p "$WORK/placeholders"
  for file in handlers/*/index.ts; do
    : >"$WORK/placeholders/$(basename "$(dirname "$file")").zip"
  done
  export TF_VAR_dist_dir=$WORK/placeholders
}

# each <check|test> <folder …>: runs one process per processor; the outputs are in $LOGS/<folder>
each() {
  local what=$1 folder
  shift
  LOGS=$(mktemp -d "$WORK/$what.XXXXXX")
  trap 'rm -rf "$LOGS"' EXIT
  export LOGS
  mkdir "$LOGS/modules" "$LOGS/envs"
  # Two init processes must not write to one provider cache. An init that fails here is repeated and reported below.
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
    # A folder without a result, or without tests, counts as one failure.
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

apply() {
  local stage
  stage=$(stage_of "${1:-}")
  shift
  [ -f "$WORK/$stage.tfplan" ] || fail "there is no saved plan of $stage: run make plan STAGE=$stage first, and read the plan"
  run_in "envs/$stage" apply "$@" "$WORK/$stage.tfplan"
  rm -f "$WORK/$stage.tfplan"
  node_modules/.bin/node scripts/platform-keys.ts "$stage"
}

destroy() {
  local stage
  stage=$(stage_of "${1:-}")
  shift
  use_placeholder_packages
  TF_INPUT=1 run_in "envs/$stage" destroy "$@"
}

# shellcheck source=scripts/terraform/bootstrap.sh
. scripts/terraform/bootstrap.sh

choose_provider_source
SOURCES=$(sources_digest)
command=${1:-}
[ -n "$command" ] || { sed -n '2,20s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 2; }
shift
case $command in
  # shellcheck disable=SC2046 # each word is one folder
  check) check $(folders) ;;
  fmt) terraform fmt -recursive terraform ;;
  # shellcheck disable=SC2046 # each word is one folder
  test) if [ $# -gt 0 ]; then run_tests "$@"; else run_tests $(folders); fi ;;
  each-check) without_backend "$1" validate -no-color >"$LOGS/$1" 2>&1 ;;
  each-test)
    unset AWS_PROFILE AWS_ENDPOINT_URL # the tests need no account
    without_backend "$1" test -no-color ${TEST_FILE:+-filter="$TEST_FILE"} >"$LOGS/$1" 2>&1
    ;;
  plan | apply | destroy) "$command" "$@" ;;
  # Also the name of a folder, whose commands are those of Terraform.
  bootstrap) case ${1:-} in dev | stage | prod) bootstrap "$@" ;; *) run_in "$command" "$@" ;; esac ;;
  local | dev | stage | prod) run_in "envs/$command" "$@" ;;
  *) run_in "$command" "$@" ;;
esac
