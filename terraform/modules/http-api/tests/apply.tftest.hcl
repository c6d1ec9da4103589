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
  authorizer      = { name = "rez-agent-authorizer-dev", alias = "live", invoke_arn = "arn:aws:apigateway:us-east-1:lambda:path/mock" }
  function        = { name = "rez-agent-web-api-dev", alias = "live", invoke_arn = "arn:aws:apigateway:us-east-1:lambda:path/mock" }
  routes          = { "GET /api/health" = "NONE", "GET /api/messages" = "CUSTOM" }
}

run "lets_only_this_api_call_the_function" {
  assert {
    condition     = aws_lambda_permission.this.source_arn == "arn:aws:execute-api:us-east-1:000000000000:mock/*"
    error_message = "the permission must name this API"
  }

  assert {
    condition     = aws_lambda_permission.authorizer.source_arn == "arn:aws:execute-api:us-east-1:000000000000:mock/authorizers/auth01"
    error_message = "the permission to authorize must name this authorizer"
  }

  assert {
    condition     = aws_apigatewayv2_route.this["GET /api/messages"].authorizer_id == "auth01"
    error_message = "what is not public asks the authorizer"
  }

  assert {
    condition = toset(keys(jsondecode(aws_apigatewayv2_stage.this.access_log_settings[0].format))) == toset([
      "requestId", "ip", "time", "method", "route", "status", "latency", "correlationId",
    ])
    error_message = "the access log holds these fields, no tokens and no bodies"
  }
}
