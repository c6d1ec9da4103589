# The dev stage. All differences between the stages are in this call.
module "app" {
  source = "../../modules/app"

  stage           = "dev"
  allowed_origins = ["http://localhost:5173"]
  redirect_uris   = ["http://localhost:5173/callback", "http://localhost:8976/callback"]
  log_days        = 7
  protect_data    = false
  dry_run         = true
  throttle_rps    = 100
  features        = { tracing = true, sampling_percent = 100 }

  alert_targets = var.alert_targets
  budget        = { email = var.budget_email }
  ntfy_url      = var.ntfy_url
  dist_dir      = var.dist_dir
  release       = var.release

  permissions_boundary = one(compact([var.permissions_boundary]))
}
