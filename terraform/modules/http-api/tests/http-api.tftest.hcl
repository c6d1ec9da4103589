mock_provider "aws" {}

variables {
  stage           = "dev"
  allowed_origins = ["http://localhost:5173"]
  log_days        = 7
  throttle_rps    = 100
  authorizer      = { function = "rez-agent-authorizer-dev", qualifier = "live", invoke_arn = "arn:aws:apigateway:us-east-1:lambda:path/authorizer" }

  default_integration = "web-api"
  integrations = {
    web-api = { function = "rez-agent-web-api-dev", qualifier = "live", invoke_arn = "arn:aws:apigateway:us-east-1:lambda:path/web-api" }
    mcp     = { function = "rez-agent-mcp-dev", qualifier = "live", invoke_arn = "arn:aws:apigateway:us-east-1:lambda:path/mcp" }
  }

  routes = {
    "GET /api/health"    = { integration = "web-api", authorization = "NONE" }
    "POST /api/messages" = { integration = "web-api", authorization = "CUSTOM" }
    "POST /mcp"          = { integration = "mcp", authorization = "CUSTOM" }
  }
}

run "sets_the_authorization_of_each_route" {
  command = plan

  assert {
    condition = { for key, route in aws_apigatewayv2_route.this : key => route.authorization_type } == {
      "GET /api/health"    = "NONE"
      "POST /api/messages" = "CUSTOM"
      "POST /mcp"          = "CUSTOM"
    }
    error_message = "each route must have its authorization"
  }

  assert {
    condition     = aws_apigatewayv2_route.rest.route_key == "$default" && aws_apigatewayv2_route.rest.authorization_type == "NONE"
    error_message = "the route $default must exist and must not require a token"
  }
}

run "caches_the_authorization_of_a_token_for_all_routes" {
  command = plan

  assert {
    condition = (
      aws_apigatewayv2_authorizer.this.authorizer_type == "REQUEST"
      && aws_apigatewayv2_authorizer.this.authorizer_payload_format_version == "2.0"
      && aws_apigatewayv2_authorizer.this.enable_simple_responses
      && aws_apigatewayv2_authorizer.this.identity_sources == toset(["$request.header.Authorization"])
      && aws_apigatewayv2_authorizer.this.authorizer_result_ttl_in_seconds == 300
    )
    error_message = "the authorizer must give simple responses for the header Authorization, cached for 300 seconds"
  }

  assert {
    condition     = aws_lambda_permission.authorizer.function_name == "rez-agent-authorizer-dev" && aws_lambda_permission.authorizer.qualifier == "live"
    error_message = "the API must be allowed to call the alias of the authorizer"
  }
}

run "throttles_the_stage_with_bursts_of_twice_the_rate" {
  command = plan

  assert {
    condition = (
      aws_apigatewayv2_stage.this.default_route_settings[0].throttling_rate_limit == 100
      && aws_apigatewayv2_stage.this.default_route_settings[0].throttling_burst_limit == 200
    )
    error_message = "rate and burst must follow throttle_rps"
  }
}

run "throttles_single_routes_at_their_own_rate" {
  command = plan

  variables {
    route_rps = { "GET /api/health" = 10, "$default" = 5 }
  }

  assert {
    condition = { for settings in aws_apigatewayv2_stage.this.route_settings : settings.route_key => [settings.throttling_rate_limit, settings.throttling_burst_limit] } == {
      "GET /api/health" = [10, 20]
      "$default"        = [5, 10]
    }
    error_message = "each route must have its rate, and twice the rate as burst"
  }
}

run "refuses_a_limit_for_a_route_that_does_not_exist" {
  command = plan

  variables {
    route_rps = { "GET /api/nothing" = 10 }
  }

  expect_failures = [var.route_rps]
}

run "allows_credentials_from_listed_origins" {
  command = plan

  assert {
    condition = (
      aws_apigatewayv2_api.this.cors_configuration[0].allow_origins == toset(["http://localhost:5173"])
      && aws_apigatewayv2_api.this.cors_configuration[0].allow_credentials
      && aws_apigatewayv2_api.this.cors_configuration[0].max_age == 3600
    )
    error_message = "CORS must be exact origins with credentials"
  }
}

run "has_no_cors_without_origins" {
  command = plan

  variables {
    allowed_origins = []
  }

  assert {
    condition     = length(aws_apigatewayv2_api.this.cors_configuration) == 0
    error_message = "without origins there must be no CORS configuration"
  }
}

run "refuses_origins_with_wildcards" {
  command = plan

  variables {
    allowed_origins = ["*"]
  }

  expect_failures = [var.allowed_origins]
}

run "refuses_an_unknown_authorization" {
  command = plan

  variables {
    routes = { "GET /api/health" = { integration = "web-api", authorization = "AWS_IAM" } }
  }

  expect_failures = [var.routes]
}

run "refuses_a_route_without_integration" {
  command = plan

  variables {
    routes = { "GET /api/health" = { integration = "nobody", authorization = "NONE" } }
  }

  expect_failures = [var.routes]
}

run "refuses_a_default_integration_that_does_not_exist" {
  command = plan

  variables {
    default_integration = "nobody"
  }

  expect_failures = [var.default_integration]
}

run "waits_30_seconds_for_a_function_and_deploys_changes_at_once" {
  command = plan

  assert {
    condition     = alltrue([for integration in values(aws_apigatewayv2_integration.this) : integration.timeout_milliseconds == 30000]) && aws_apigatewayv2_stage.this.auto_deploy
    error_message = "the gateway must wait as long as it can, and the stage must have the routes of the last apply"
  }
}

run "calls_each_function_by_its_alias_with_payload_format_2" {
  command = plan

  assert {
    condition = { for name, permission in aws_lambda_permission.this : name => [permission.function_name, permission.qualifier] } == {
      web-api = ["rez-agent-web-api-dev", "live"]
      mcp     = ["rez-agent-mcp-dev", "live"]
    }
    error_message = "the API must be allowed to call the alias of each function"
  }

  assert {
    condition = { for name, integration in aws_apigatewayv2_integration.this : name => [integration.integration_uri, integration.payload_format_version] } == {
      web-api = ["arn:aws:apigateway:us-east-1:lambda:path/web-api", "2.0"]
      mcp     = ["arn:aws:apigateway:us-east-1:lambda:path/mcp", "2.0"]
    }
    error_message = "each integration must call its function, with payload format 2.0"
  }
}

run "keeps_the_access_log_for_log_days" {
  command = plan

  assert {
    condition     = aws_cloudwatch_log_group.this.retention_in_days == 7
    error_message = "the access log must be kept for log_days"
  }
}

run "accepts_one_request_per_second" {
  command = plan

  variables {
    throttle_rps = 1
  }

  assert {
    condition     = aws_apigatewayv2_stage.this.default_route_settings[0].throttling_rate_limit == 1
    error_message = "the smallest rate must be possible"
  }
}

run "refuses_more_than_1000_requests_per_second" {
  command = plan

  variables {
    throttle_rps = 1001
  }

  expect_failures = [var.throttle_rps]
}
