mock_provider "aws" {
  source = "./tests/mocks"

  mock_resource "aws_apigatewayv2_api" {
    defaults = {
      execution_arn = "arn:aws:execute-api:eu-central-1:000000000000:mock"
      api_endpoint  = "https://mock.execute-api.eu-central-1.amazonaws.com"
    }
  }

  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-central-1:000000000000:log-group:mock" }
  }

  mock_resource "aws_cognito_user_pool" {
    defaults = { id = "eu-central-1_Mock00000" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::000000000000:role/mock" }
  }

  mock_resource "aws_lambda_alias" {
    defaults = { arn = "arn:aws:lambda:eu-central-1:000000000000:function:mock:live" }
  }

  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:eu-central-1:000000000000:mock" }
  }

  mock_resource "aws_sqs_queue" {
    defaults = {
      arn = "arn:aws:sqs:eu-central-1:000000000000:mock"
      url = "https://sqs.eu-central-1.amazonaws.com/000000000000/mock"
    }
  }
}

run "counts_every_dead_letter_and_keeps_secrets_out_of_the_state" {
  assert {
    condition     = length(local.dlq_urls) == length(local.topics) + 2 && length(local.dlq_arns) == length(local.dlq_urls)
    error_message = "the sweeper must count every dead-letter queue, including that of the schedules"
  }

  assert {
    condition     = aws_ssm_parameter.ntfy_url.value_wo == null && aws_ssm_parameter.ntfy_token.value_wo == null
    error_message = "no secret must be in the state"
  }
}

run "allows_reading_the_secrets_of_this_stage_only" {
  variables {
    stage           = "dev"
    allowed_origins = []
    redirect_uris   = ["http://localhost:8976/callback"]
    log_days        = 7
    dry_run         = true
    protect_data    = false
    throttle_rps    = 100
    ntfy_url        = "https://ntfy.example.org/topic"
  }

  assert {
    condition = (
      jsonencode(local.read_secrets.actions) == jsonencode(["secretsmanager:GetSecretValue"])
      && jsonencode(local.read_secrets.resources) == jsonencode([
        aws_secretsmanager_secret.golf_credentials.arn,
        "arn:aws:secretsmanager:eu-central-1:000000000000:secret:rez-agent/http/*-dev-??????",
      ])
    )
    error_message = "only the golf secret and the secrets of endpoints may be read"
  }
}

run "uses_the_address_of_its_api_for_redirects" {
  variables {
    stage           = "dev"
    allowed_origins = []
    redirect_uris   = ["http://localhost:8976/callback"]
    log_days        = 7
    dry_run         = true
    protect_data    = false
    throttle_rps    = 100
    ntfy_url        = "https://ntfy.example.org/topic"
  }

  assert {
    condition     = output.public_url == "https://mock.execute-api.eu-central-1.amazonaws.com"
    error_message = "without public_url, the address of the platform must be that of its API"
  }

  assert {
    condition     = module.user_pool.redirect_uris == toset(["http://localhost:8976/callback", "https://mock.execute-api.eu-central-1.amazonaws.com/callback"])
    error_message = "the pool must allow the addresses of the stage and of the platform"
  }
}
