locals {
  # Every route of the API, e.g. "GET /api/health". A test compares the contract with the code. An operation with
  # x-served-by is served by another route.
  operations = flatten([
    for path, methods in yamldecode(file("${path.module}/../../../docs/api/openapi.yaml")).paths : [
      for method, operation in methods : "${upper(method)} ${path}" if !can(operation["x-served-by"])
    ]
  ])

  # The operations that need no sign-in. Each has its own limit in requests per second, for all callers together, because
  # an HTTP API has no limit per caller. Signing in and refreshing call the user pool. Together they stay below its quota
  # of 120 per second, which all stages share.
  public_rps = {
    "GET /api/health"         = 50
    "GET /api/openapi.json"   = 5
    "GET /api/docs"           = 5
    "POST /api/auth/login"    = 50
    "POST /api/auth/callback" = 50
    "POST /api/auth/refresh"  = 50
    "POST /api/auth/logout"   = 50
  }

  # The pages of the dashboard and its files. The API responds to every other path below /api.
  page_routes = ["GET /", "HEAD /", "GET /{proxy+}", "HEAD /{proxy+}"]
  other_route = "ANY /api/{proxy+}"

  routes = merge(
    { for route in local.page_routes : route => { integration = "web", authorization = "NONE" } },
    { (local.other_route) = { integration = "web-api", authorization = "NONE" } },
    {
      for route in local.operations : route => {
        integration   = "web-api"
        authorization = contains(keys(local.public_rps), route) ? "NONE" : "CUSTOM"
      }
    },
  )

  # The first visit of a page requests about ten files.
  page_rps = 50
}

module "api" {
  source = "../http-api"

  stage           = var.stage
  allowed_origins = var.allowed_origins
  throttle_rps    = var.throttle_rps
  log_days        = var.log_days

  authorizer          = module.authorizer.live
  integrations        = { web = module.web.live, web-api = module.web_api.live }
  default_integration = "web-api"
  routes              = local.routes
  route_rps = merge(
    local.public_rps,
    { for route in local.page_routes : route => local.page_rps },
    { (local.other_route) = 5, "$default" = 5 },
  )
}
