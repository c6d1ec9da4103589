# Serves the dashboard from its own package, so it needs no permission except for its own logs.
module "web" {
  source = "../lambda"

  name   = "web"
  common = local.common
  tuning = { memory_mb = 256, timeout_s = 10 }

  environment = {
    LOGIN_URL  = module.user_pool.login_url
    STYLEGUIDE = var.local_endpoint == "" ? "off" : "on"
  }
}
