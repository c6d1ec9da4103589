# The dev stage on the local AWS, without features that it does not support.
module "app" {
  source = "../../modules/app"

  stage           = "dev"
  allowed_origins = ["http://localhost:5173"]
  redirect_uris   = ["http://localhost:5173/callback", "http://localhost:8976/callback"]
  log_days        = 7
  protect_data    = false
  dry_run         = false
  throttle_rps    = 100
  features        = { alarms = false, budget = false, tracing = false }

  ntfy_url = var.ntfy_url
  dist_dir = var.dist_dir
  release  = var.release

  local_endpoint = var.local_endpoint
  public_url     = var.public_url
  local_origins  = var.local_origins
}
