locals {
  # A route that is not public asks the authorizer, in every stage.
  public    = { integration = "web-api", authorization = "NONE" }
  signed_in = { integration = "web-api", authorization = "CUSTOM" }
}

module "api" {
  source = "../http-api"

  stage           = var.stage
  allowed_origins = var.allowed_origins
  throttle_rps    = var.throttle_rps
  log_days        = var.log_days

  authorizer          = module.authorizer.live
  integrations        = { web-api = module.web_api.live }
  default_integration = "web-api"

  # What everybody may call has limits of its own, for all callers together: an HTTP API has none per caller. Signing in
  # and refreshing call the user pool; together they stay below its quota of 120 a second, which all stages share.
  route_rps = {
    "GET /api/health"         = 50
    "GET /api/openapi.json"   = 5
    "GET /api/docs"           = 5
    "POST /api/auth/login"    = 50
    "POST /api/auth/callback" = 50
    "POST /api/auth/refresh"  = 50
    "POST /api/auth/logout"   = 50
    "$default"                = 5
  }

  routes = {
    "GET /api/health"                 = local.public
    "GET /api/openapi.json"           = local.public
    "GET /api/docs"                   = local.public
    "POST /api/auth/login"            = local.public
    "POST /api/auth/callback"         = local.public
    "POST /api/auth/refresh"          = local.public
    "POST /api/auth/logout"           = local.public
    "GET /api/me"                     = local.signed_in
    "GET /api/messages"               = local.signed_in
    "POST /api/messages"              = local.signed_in
    "GET /api/messages/{id}"          = local.signed_in
    "GET /api/messages/{id}/run"      = local.signed_in
    "POST /api/messages/{id}/redrive" = local.signed_in
    "GET /api/flags"                  = local.signed_in
    "GET /api/metrics"                = local.signed_in
    "POST /api/schedules/preview"     = local.signed_in
    "GET /api/schedules"              = local.signed_in
    "POST /api/schedules"             = local.signed_in
    "GET /api/schedules/{id}"         = local.signed_in
    "PUT /api/schedules/{id}"         = local.signed_in
    "DELETE /api/schedules/{id}"      = local.signed_in
    "POST /api/schedules/{id}/pause"  = local.signed_in
    "POST /api/schedules/{id}/resume" = local.signed_in
    "POST /api/schedules/{id}/run"    = local.signed_in
    "GET /api/schedules/{id}/fires"   = local.signed_in
  }
}
