locals {
  # What is not public asks the authorizer, in every stage.
  signed = "CUSTOM"
}

module "api" {
  source = "../http-api"

  stage           = var.stage
  allowed_origins = var.allowed_origins
  throttle_rps    = var.throttle_rps
  log_days        = var.log_days

  authorizer = {
    name       = module.authorizer.name
    alias      = module.authorizer.alias_name
    invoke_arn = module.authorizer.alias_invoke_arn
  }

  function = {
    name       = module.web_api.name
    alias      = module.web_api.alias_name
    invoke_arn = module.web_api.alias_invoke_arn
  }

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
    "GET /api/health"                 = "NONE"
    "GET /api/openapi.json"           = "NONE"
    "GET /api/docs"                   = "NONE"
    "POST /api/auth/login"            = "NONE"
    "POST /api/auth/callback"         = "NONE"
    "POST /api/auth/refresh"          = "NONE"
    "POST /api/auth/logout"           = "NONE"
    "GET /api/me"                     = local.signed
    "GET /api/messages"               = local.signed
    "POST /api/messages"              = local.signed
    "GET /api/messages/{id}"          = local.signed
    "GET /api/messages/{id}/run"      = local.signed
    "POST /api/messages/{id}/redrive" = local.signed
    "GET /api/flags"                  = local.signed
    "GET /api/metrics"                = local.signed
    "POST /api/schedules/preview"     = local.signed
    "GET /api/schedules"              = local.signed
    "POST /api/schedules"             = local.signed
    "GET /api/schedules/{id}"         = local.signed
    "PUT /api/schedules/{id}"         = local.signed
    "DELETE /api/schedules/{id}"      = local.signed
    "POST /api/schedules/{id}/pause"  = local.signed
    "POST /api/schedules/{id}/resume" = local.signed
    "POST /api/schedules/{id}/run"    = local.signed
    "GET /api/schedules/{id}/fires"   = local.signed
  }
}
