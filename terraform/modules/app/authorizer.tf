# No permission beside its own log: keys are public, and everything else is arithmetic.
module "authorizer" {
  source = "../lambda"

  name      = "authorizer"
  stage     = var.stage
  artefacts = aws_s3_bucket.artefacts.id
  dist_dir  = var.dist_dir
  tuning    = { timeout_s = local.timeouts_s.authorizer, log_days = var.log_days }
  tracing   = local.tracing

  environment = {
    STAGE               = var.stage
    LOG_LEVEL           = var.log_level
    VERSION             = var.release
    USER_POOL_ISSUER    = module.user_pool.issuer
    USER_POOL_CLIENT_ID = module.user_pool.client_id
    JWKS_URL            = module.user_pool.jwks_url
    LOCAL_ORIGINS       = var.local_endpoint
  }

  allow = {}
}
