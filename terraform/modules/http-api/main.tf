locals {
  name = "rez-agent-api-${var.stage}"
}

resource "aws_apigatewayv2_api" "this" {
  name          = local.name
  protocol_type = "HTTP"

  # Without origins, the gateway does not handle preflight requests and sends OPTIONS to the function.
  dynamic "cors_configuration" {
    for_each = length(var.allowed_origins) > 0 ? ["this"] : []

    content {
      allow_origins     = var.allowed_origins
      allow_credentials = true
      allow_methods     = ["GET", "POST", "PUT", "DELETE", "OPTIONS"]
      allow_headers     = ["authorization", "content-type", "idempotency-key", "if-match", "x-correlation-id"]
      expose_headers    = ["location", "etag", "retry-after", "idempotency-replayed", "x-correlation-id"]
      max_age           = 3600
    }
  }
}

resource "aws_apigatewayv2_integration" "this" {
  for_each = var.integrations

  api_id                 = aws_apigatewayv2_api.this.id
  integration_type       = "AWS_PROXY"
  integration_uri        = each.value.invoke_arn
  payload_format_version = "2.0"
  timeout_milliseconds   = 30000
}

resource "aws_apigatewayv2_route" "this" {
  for_each = var.routes

  api_id             = aws_apigatewayv2_api.this.id
  route_key          = each.key
  authorization_type = each.value.authorization
  authorizer_id      = each.value.authorization == "CUSTOM" ? aws_apigatewayv2_authorizer.this.id : null
  target             = "integrations/${aws_apigatewayv2_integration.this[each.value.integration].id}"
}

# The gateway responds with 401 to a request without a token. It caches the result for a token for all routes.
resource "aws_apigatewayv2_authorizer" "this" {
  api_id                            = aws_apigatewayv2_api.this.id
  name                              = var.authorizer.function
  authorizer_type                   = "REQUEST"
  authorizer_uri                    = var.authorizer.invoke_arn
  authorizer_payload_format_version = "2.0"
  enable_simple_responses           = true
  identity_sources                  = ["$request.header.Authorization"]
  authorizer_result_ttl_in_seconds  = 300
}

# The function also receives unknown paths and methods, and responds with 404 or 405 in the format of the API.
resource "aws_apigatewayv2_route" "rest" {
  api_id             = aws_apigatewayv2_api.this.id
  route_key          = "$default"
  authorization_type = "NONE"
  target             = "integrations/${aws_apigatewayv2_integration.this[var.default_integration].id}"
}

resource "aws_apigatewayv2_stage" "this" {
  api_id      = aws_apigatewayv2_api.this.id
  name        = "$default"
  auto_deploy = true

  default_route_settings {
    throttling_rate_limit  = var.throttle_rps
    throttling_burst_limit = 2 * var.throttle_rps
  }

  dynamic "route_settings" {
    for_each = var.route_rps

    content {
      route_key              = route_settings.key
      throttling_rate_limit  = route_settings.value
      throttling_burst_limit = 2 * route_settings.value
    }
  }

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.this.arn

    format = jsonencode({
      requestId = "$context.requestId"
      ip        = "$context.identity.sourceIp"
      time      = "$context.requestTime"
      method    = "$context.httpMethod"
      route     = "$context.routeKey"
      status    = "$context.status"
      latency   = "$context.responseLatency"
      # The request id of the invocation. It is the correlation id if the caller sent none.
      correlationId = "$context.integration.requestId"
    })
  }

  depends_on = [aws_apigatewayv2_route.this, aws_apigatewayv2_route.rest]
}

# With this prefix, API Gateway needs no resource policy for the log group.
resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/vendedlogs/${local.name}"
  retention_in_days = var.log_days
}

resource "aws_lambda_permission" "this" {
  for_each = var.integrations

  statement_id  = "CallFromApi"
  action        = "lambda:InvokeFunction"
  function_name = each.value.function
  qualifier     = each.value.qualifier
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.this.execution_arn}/*"
}

resource "aws_lambda_permission" "authorizer" {
  statement_id  = "AuthorizeForApi"
  action        = "lambda:InvokeFunction"
  function_name = var.authorizer.function
  qualifier     = var.authorizer.qualifier
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.this.execution_arn}/authorizers/${aws_apigatewayv2_authorizer.this.id}"
}
