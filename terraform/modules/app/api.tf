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

  # The pages of the dashboard and its files, with limits like those above. The first visit requests a page and about ten
  # files at once; later visits request only the page, because browsers keep the files. So the burst of 100 suffices for
  # ten people who open the dashboard at the same moment, also by a link to one of its pages. HEAD is for checks from
  # outside. The limits also bound what strangers can cost: about 6 dollars per day.
  page_rps = {
    "GET /"          = 10
    "HEAD /"         = 5
    "GET /{proxy+}"  = 50
    "HEAD /{proxy+}" = 5
  }

  # The MCP server and the sign-in of its clients, with limits like those above. The function checks the token itself,
  # because a client learns from its 401 where to sign in. It limits each user to 60 calls a minute.
  mcp_rps = {
    "ANY /mcp"                  = 20
    "ANY /oauth/{proxy+}"       = 10
    "ANY /.well-known/{proxy+}" = 10
  }

  # The API responds to every path below /api that is no operation.
  other_route = "ANY /api/{proxy+}"

  routes = merge(
    { for route in keys(local.page_rps) : route => { integration = "web", authorization = "NONE" } },
    { for route in keys(local.mcp_rps) : route => { integration = "mcp", authorization = "NONE" } },
    { (local.other_route) = { integration = "web-api", authorization = "NONE" } },
    {
      for route in local.operations : route => {
        integration   = "web-api"
        authorization = contains(keys(local.public_rps), route) ? "NONE" : "CUSTOM"
      }
    },
  )
}

module "api" {
  source = "../http-api"

  stage           = var.stage
  allowed_origins = var.allowed_origins
  throttle_rps    = var.throttle_rps
  log_days        = var.log_days

  authorizer          = module.authorizer.live
  integrations        = { mcp = module.mcp.live, web = module.web.live, web-api = module.web_api.live }
  default_integration = "web-api"
  routes              = local.routes
  route_rps = merge(
    local.public_rps,
    local.page_rps,
    local.mcp_rps,
    { (local.other_route) = 5, "$default" = 5 },
  )
}
