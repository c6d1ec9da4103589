# The authorizer needs no permission except for its own logs, because the keys of the user pool are public.
module "authorizer" {
  source = "../lambda"

  name   = "authorizer"
  common = local.common

  environment = {
    USER_POOL_ISSUER    = module.user_pool.issuer
    USER_POOL_CLIENT_ID = module.user_pool.client_id
    JWKS_URL            = module.user_pool.jwks_url
    LOCAL_ORIGINS       = var.local_endpoint
  }
}
