module "notification" {
  source = "../lambda"

  name   = "notification"
  common = local.common
  tuning = { timeout_s = 60 }

  consumes = {
    notifications = {
      arn         = module.queue["notifications"].arn
      batch_size  = 10
      concurrency = var.notification_concurrency
    }
  }

  environment = merge(local.messages_environment, {
    BREAKERS_TABLE   = module.table["circuit-breaker"].name
    HTTP_MAX_RETRIES = "3"
    HTTP_TIMEOUT_MS  = "10000"
    LOCAL_ORIGINS    = var.local_origins
    PUBLIC_URL       = local.public_url
  })

  allow = {
    ClaimAndUpdateMessages = {
      actions   = ["dynamodb:GetItem", "dynamodb:UpdateItem"]
      resources = [module.table["messages"].arn]
    }
    CountMessages = {
      actions   = ["dynamodb:UpdateItem"]
      resources = [module.table["metrics"].arn]
    }
    ReadAndWriteBreaker = {
      actions   = ["dynamodb:GetItem", "dynamodb:UpdateItem"]
      resources = [module.table["circuit-breaker"].arn]
    }
    ReadConfiguration = {
      actions   = ["ssm:GetParameters"]
      resources = [aws_ssm_parameter.ntfy_url.arn, aws_ssm_parameter.ntfy_token.arn, aws_ssm_parameter.flag["notifications"].arn]
    }
    DecryptConfiguration = local.decrypt_parameters
  }
}
