# The production stage. All differences between the stages are in this call.
module "app" {
  source = "../../modules/app"

  stage           = "prod"
  allowed_origins = []
  redirect_uris   = ["http://localhost:8976/callback"]
  log_days        = 30
  protect_data    = true
  dry_run         = false
  throttle_rps    = 1000
  features        = { tracing = true, sampling_percent = 5 }

  alert_targets = var.alert_targets
  budget        = { email = var.budget_email }
  ntfy_url      = var.ntfy_url
  dist_dir      = var.dist_dir
  release       = var.release

  permissions_boundary = one(compact([var.permissions_boundary]))
}
