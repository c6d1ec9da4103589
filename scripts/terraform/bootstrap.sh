# Sourced by terraform.sh: creates what a stage needs before its first deployment.

readonly BOOTSTRAP=$TOP/terraform/bootstrap INIT_LOG=$WORK/bootstrap.$$.log
readonly OVERRIDE=$BOOTSTRAP/backend_override.tf

# The state is kept in the bucket that this creates, so the first run keeps it in a file until the bucket exists. A run that
# was interrupted continues from that file.
bootstrap() {
  local stage
  stage=$(stage_of "${1:-}")
  shift
  [ -n "${STATE_BUCKET:-}" ] || fail "STATE_BUCKET is missing: name a new S3 bucket for the state of $stage, e.g. STATE_BUCKET=my-state-$stage"
  [[ ${REPOSITORY:-} =~ ^[A-Za-z0-9._-]+/[A-Za-z0-9._-]+$ ]] || fail "REPOSITORY is missing: name the repository at GitHub, e.g. REPOSITORY=owner/name"
  use_region
  export TF_DATA_DIR=$WORK/data/bootstrap-$stage TF_VAR_stage=$stage TF_VAR_state_bucket=$STATE_BUCKET
  export TF_VAR_subjects="{deploy=\"repo:$REPOSITORY:environment:$stage\",drift=\"repo:$REPOSITORY:environment:drift-$stage\"}"
  local file=$WORK/bootstrap-$stage.tfstate
  local remote=("-backend-config=bucket=$STATE_BUCKET" "-backend-config=region=$AWS_REGION")
  # A local AWS has no host name for each bucket.
  [ -z "${AWS_ENDPOINT_URL:-}" ] || remote+=("-backend-config=use_path_style=true")
  trap 'rm -f "$OVERRIDE" "$INIT_LOG"' EXIT
  rm -f "$OVERRIDE"
  cmp -s "$LOCK_FILE" "$BOOTSTRAP/${LOCK_FILE##*/}" || cp "$LOCK_FILE" "$BOOTSTRAP/"

  local is_first=0
  if [ -e "$file" ]; then
    is_first=1
  elif ! init_bootstrap -reconfigure "${remote[@]}"; then
    grep -q 'S3 bucket .* does not exist' "$INIT_LOG" || fail_with_log "init of bootstrap failed"
    is_first=1
  fi
  if [ $is_first = 1 ]; then
    printf 'terraform {\n  backend "local" {\n    path = "%s"\n  }\n}\n' "$(hcl_text "$file")" >"$OVERRIDE"
    init_bootstrap -reconfigure || fail_with_log "init of bootstrap failed"
  fi
  TF_INPUT=1 terraform -chdir="$BOOTSTRAP" apply "$@"
  if [ $is_first = 1 ]; then
    rm -f "$OVERRIDE"
    init_bootstrap -migrate-state -force-copy "${remote[@]}" ||
      fail_with_log "the state is still in $file: run the command again to move it into $STATE_BUCKET"
    rm -f "$file" "$file.backup"
  fi
  print_github_variables "$stage"
}

init_bootstrap() {
  terraform -chdir="$BOOTSTRAP" init -no-color -input=false -lockfile=readonly "$@" >"$INIT_LOG" 2>&1
}

fail_with_log() {
  cat "$INIT_LOG" >&2
  fail "$@"
}

print_github_variables() {
  local stage=$1
  output() { terraform -chdir="$BOOTSTRAP" output -raw "$1"; }
  printf '\nCreate two environments at GitHub, with these variables:\n'
  printf '\n  %-22s %-20s %s\n' environment variable value
  local environment name
  for environment in "$stage" "drift-$stage"; do
    name=deploy_role_arn
    [ "$environment" = "$stage" ] || name=drift_role_arn
    printf '  %-22s %-20s %s\n' "$environment" AWS_ROLE_ARN "$(output "$name")"
    printf '  %-22s %-20s %s\n' "$environment" AWS_REGION "$AWS_REGION"
    printf '  %-22s %-20s %s\n' "$environment" STATE_BUCKET "$STATE_BUCKET"
    printf '  %-22s %-20s %s\n' "$environment" PERMISSIONS_BOUNDARY "$(output permissions_boundary)"
  done
  printf '\nBefore make plan on this machine: export TF_VAR_permissions_boundary=%s\n' "$(output permissions_boundary)"
}
