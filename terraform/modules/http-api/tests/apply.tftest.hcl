mock_provider "aws" {
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:us-east-1:000000000000:log-group:/aws/vendedlogs/mock" }
  }

  mock_resource "aws_apigatewayv2_authorizer" {
    defaults = { id = "auth01" }
  }

  mock_resource "aws_apigatewayv2_api" {
    defaults = { execution_arn = "arn:aws:execute-api:us-east-1:000000000000:mock" }
  }
}

variables {
  stage           = "dev"
  allowed_origins = []
  log_days        = 7
  throttle_rps    = 100
  authorizer      = { function = "rez-agent-authorizer-dev", qualifier = "live", invoke_arn = "arn:aws:apigateway:us-east-1:lambda:path/authorizer" }

  default_integration = "web-api"
  integrations = {
    web-api = { function = "rez-agent-web-api-dev", qualifier = "live", invoke_arn = "arn:aws:apigateway:us-east-1:lambda:path/web-api" }
    mcp     = { function = "rez-agent-mcp-dev", qualifier = "live", invoke_arn = "arn:aws:apigateway:us-east-1:lambda:path/mcp" }
  }

  routes = {
    "GET /api/health"   = { integration = "web-api", authorization = "NONE" }
    "GET /api/messages" = { integration = "web-api", authorization = "CUSTOM" }
    "POST /mcp"         = { integration = "mcp", authorization = "CUSTOM" }
  }
}

run "lets_only_this_api_call_the_functions" {
  assert {
    condition     = alltrue([for permission in aws_lambda_permission.this : permission.source_arn == "arn:aws:execute-api:us-east-1:000000000000:mock/*"])
    error_message = "the permission must name this API"
  }

  assert {
    condition = { for key, route in aws_apigatewayv2_route.this : key => route.target } == {
      "GET /api/health"   = "integrations/${aws_apigatewayv2_integration.this["web-api"].id}"
      "GET /api/messages" = "integrations/${aws_apigatewayv2_integration.this["web-api"].id}"
      "POST /mcp"         = "integrations/${aws_apigatewayv2_integration.this["mcp"].id}"
    }
    error_message = "each route must call its own integration"
  }

  assert {
    condition     = aws_apigatewayv2_route.rest.target == "integrations/${aws_apigatewayv2_integration.this["web-api"].id}"
    error_message = "the route $default must call the default integration"
  }

  assert {
    condition     = aws_lambda_permission.authorizer.source_arn == "arn:aws:execute-api:us-east-1:000000000000:mock/authorizers/auth01"
    error_message = "the permission to authorize must name this authorizer"
  }

  assert {
    condition     = aws_apigatewayv2_route.this["GET /api/messages"].authorizer_id == "auth01"
    error_message = "a route with authorization CUSTOM must use the authorizer"
  }

  assert {
    condition = toset(keys(jsondecode(aws_apigatewayv2_stage.this.access_log_settings[0].format))) == toset([
      "requestId", "ip", "time", "method", "route", "status", "latency", "correlationId",
    ])
    error_message = "the access log must contain exactly these fields, no tokens and no bodies"
  }
}
