module "notification" {
  source = "../lambda"

  name      = "notification"
  stage     = var.stage
  artefacts = aws_s3_bucket.artefacts.id
  dist_dir  = var.dist_dir
  tuning    = { timeout_s = local.timeouts_s.notification, log_days = var.log_days }
  tracing   = local.tracing

  environment = merge(local.environment, {
    MESSAGES_TABLE   = module.messages.name
    METRICS_TABLE    = module.metrics.name
    BREAKERS_TABLE   = module.breakers.name
    HTTP_MAX_RETRIES = "3"
    HTTP_TIMEOUT_MS  = "10000"
    LOCAL_ORIGINS    = var.local_origins
  })

  allow = {
    TakeFromQueue = {
      actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
      resources = [module.queue["notifications"].arn]
    }
    MoveMessages = {
      actions   = ["dynamodb:GetItem", "dynamodb:UpdateItem"]
      resources = [module.messages.arn]
    }
    CountMessages = {
      actions   = ["dynamodb:UpdateItem"]
      resources = [module.metrics.arn]
    }
    ShareTheBreaker = {
      actions   = ["dynamodb:GetItem", "dynamodb:UpdateItem"]
      resources = [module.breakers.arn]
    }
    ReadConfiguration = {
      actions   = ["ssm:GetParameters"]
      resources = [aws_ssm_parameter.ntfy_url.arn, aws_ssm_parameter.ntfy_token.arn, aws_ssm_parameter.flag["notifications"].arn]
    }
    DecryptConfiguration = local.decrypt_parameters
  }
}

resource "aws_lambda_event_source_mapping" "notification" {
  event_source_arn        = module.queue["notifications"].arn
  function_name           = module.notification.alias_arn
  batch_size              = 10
  function_response_types = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = var.notification_concurrency
  }
}
