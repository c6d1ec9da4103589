module "user_pool" {
  source = "../user-pool"

  stage            = var.stage
  aws_location     = local.aws_location
  protect_data     = var.protect_data
  redirect_uris    = local.redirect_uris
  mcp_redirect_uri = "${local.public_url}/oauth/callback"
  local_endpoint   = var.local_endpoint
}
