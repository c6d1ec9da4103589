module "web_api" {
  source = "../lambda"

  name      = "web-api"
  stage     = var.stage
  artefacts = aws_s3_bucket.artefacts.id
  dist_dir  = var.dist_dir
  tuning    = { timeout_s = local.timeouts_s.web-api, log_days = var.log_days }
  tracing   = local.tracing

  environment = merge(local.environment, local.schedules_environment, {
    MESSAGES_TABLE              = module.messages.name
    METRICS_TABLE               = module.metrics.name
    BREAKERS_TABLE              = module.breakers.name
    IDEMPOTENCY_TABLE           = module.idempotency.name
    MESSAGES_TOPIC_ARN          = aws_sns_topic.this["messages"].arn
    NOTIFICATIONS_TOPIC_ARN     = aws_sns_topic.this["notifications"].arn
    SCHEDULE_CREATION_TOPIC_ARN = aws_sns_topic.this["schedule-creation"].arn
    ALLOWED_ORIGINS             = join(",", var.allowed_origins)
    JWKS_URL                    = module.user_pool.jwks_url
    LOCAL_ORIGINS               = var.local_endpoint
    LOGIN_URL                   = module.user_pool.login_url
    MIN_INTERVAL_MINUTES        = var.schedule_limits.min_interval_minutes
    REDIRECT_URIS               = join(",", var.redirect_uris)
    USER_POOL_CLIENT_ID         = module.user_pool.client_id
    USER_POOL_ISSUER            = module.user_pool.issuer
  })

  allow = {
    CreateAndReadMessages = {
      actions   = ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
      resources = [module.messages.arn]
    }
    ListMessages = {
      actions = ["dynamodb:Query"]
      resources = [
        module.messages.index_arns["stage-created_date-index"],
        module.messages.index_arns["status-created_date-index"],
      ]
    }
    CountMessagesAndReadCounts = {
      actions   = ["dynamodb:BatchGetItem", "dynamodb:UpdateItem"]
      resources = [module.metrics.arn]
    }
    ShowRuns = {
      actions   = ["dynamodb:Query"]
      resources = [module.messages.index_arns["correlation_id-created_date-index"]]
    }
    KeepAnswers = {
      actions   = ["dynamodb:PutItem"]
      resources = [module.idempotency.arn]
    }
    KeepSchedules = local.keep_schedules
    ListSchedules = {
      actions = ["dynamodb:Query"]
      resources = [
        module.schedule_rows.index_arns["status-created_date-index"],
        module.schedule_rows.index_arns["created_by-index"],
        module.schedule_rows.index_arns["name-index"],
      ]
    }
    MakeSchedules        = local.make_schedules
    LendTheSchedulesRole = local.lend_schedules_role
    LookAtBreakers = {
      actions   = ["dynamodb:GetItem"]
      resources = [module.breakers.arn]
    }
    ReadConfiguration = {
      actions   = ["ssm:GetParameters"]
      resources = [local.cursor_key_arn]
    }
    ReadFlags = {
      actions   = ["ssm:GetParameters"]
      resources = local.flag_arns
    }
    DecryptConfiguration = local.decrypt_parameters
    CheckHealth = {
      actions   = ["sns:GetTopicAttributes"]
      resources = [aws_sns_topic.this["messages"].arn]
    }
    WakeConsumers = {
      actions = ["sns:Publish"]
      resources = [
        aws_sns_topic.this["messages"].arn,
        aws_sns_topic.this["notifications"].arn,
        aws_sns_topic.this["schedule-creation"].arn,
      ]
    }
  }
}
