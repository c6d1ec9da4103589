module "web_api" {
  source = "../lambda"

  name   = "web-api"
  common = local.common
  tuning = { timeout_s = 30 }

  environment = merge(local.messages_environment, local.schedules_environment, local.topics_environment, {
    APPROVALS_TABLE          = module.table["approvals"].name
    BREAKERS_TABLE           = module.table["circuit-breaker"].name
    EFFECTS_TABLE            = module.table["effects"].name
    IDEMPOTENCY_TABLE        = module.table["idempotency"].name
    WEB_ACTION_RESULTS_TABLE = module.table["web-action-results"].name
    ALLOWED_ORIGINS          = join(",", var.allowed_origins)
    JWKS_URL                 = module.user_pool.jwks_url
    DEAD_LETTER_QUEUES       = join(",", local.dlq_urls)
    LOCAL_ORIGINS            = var.local_endpoint
    LOGIN_URL                = module.user_pool.login_url
    MIN_INTERVAL_MINUTES     = var.schedule_limits.min_interval_minutes
    PUBLIC_URL               = local.public_url
    QUEUES                   = join(",", local.queue_urls)
    REDIRECT_URIS            = join(",", var.redirect_uris)
    USER_POOL_CLIENT_ID      = module.user_pool.client_id
    USER_POOL_ISSUER         = module.user_pool.issuer
  })

  allow = {
    CreateAndReadMessages = {
      actions   = ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
      resources = [module.table["messages"].arn]
    }
    ListMessages = {
      actions = ["dynamodb:Query"]
      resources = [
        module.table["messages"].index_arns["stage-created_date-index"],
        module.table["messages"].index_arns["status-created_date-index"],
      ]
    }
    CountMessagesAndReadCounts = {
      actions   = ["dynamodb:BatchGetItem", "dynamodb:UpdateItem"]
      resources = [module.table["metrics"].arn]
    }
    ShowRuns = {
      actions   = ["dynamodb:Query"]
      resources = [module.table["messages"].index_arns["correlation_id-created_date-index"]]
    }
    ListResultsOfActions = {
      actions   = ["dynamodb:Query"]
      resources = [module.table["web-action-results"].index_arns["message_id-index"]]
    }
    ReadResultsOfActions = {
      actions   = ["dynamodb:BatchGetItem"]
      resources = [module.table["web-action-results"].arn]
    }
    ListEffectsAndApprovals = {
      actions = ["dynamodb:Query"]
      resources = [
        module.table["effects"].index_arns["status-updated_date-index"],
        module.table["approvals"].index_arns["status-created_date-index"],
      ]
    }
    # A transaction needs the permission of each of its writes.
    ShowAndResolveEffects = {
      actions   = ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
      resources = [module.table["effects"].arn]
    }
    ShowAndDecideApprovals = {
      actions   = ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:UpdateItem"]
      resources = [module.table["approvals"].arn]
    }
    StoreIdempotencyRecords = {
      actions   = ["dynamodb:PutItem"]
      resources = [module.table["idempotency"].arn]
    }
    WriteSchedules = local.write_schedules
    ListSchedules = {
      actions = ["dynamodb:Query"]
      resources = [
        module.table["schedules"].index_arns["status-created_date-index"],
        module.table["schedules"].index_arns["created_by-index"],
        module.table["schedules"].index_arns["name-index"],
      ]
    }
    CreateAndDeleteSchedules = local.create_and_delete_schedules
    PassSchedulesRole        = local.pass_schedules_role
    ReadBreakers = {
      actions   = ["dynamodb:BatchGetItem", "dynamodb:GetItem"]
      resources = [module.table["circuit-breaker"].arn]
    }
    ReadLastTick = {
      actions   = ["dynamodb:GetItem"]
      resources = [module.table["metrics"].arn]
    }
    ReadDepthOfQueues = {
      actions   = ["sqs:GetQueueAttributes"]
      resources = concat(local.queue_arns, local.dlq_arns)
    }
    FindMissingSecrets = local.describe_secrets
    ReadConfiguration = {
      actions   = ["ssm:GetParameters"]
      resources = concat([local.cursor_key_arn, local.policy_arn], local.action_parameter_arns)
    }
    ReadFlags = {
      actions   = ["ssm:GetParameters"]
      resources = local.flag_arns
    }
    ChangeFlags = {
      actions   = ["ssm:PutParameter"]
      resources = local.flag_arns
    }
    ReadEndpoints = {
      actions   = ["ssm:GetParametersByPath"]
      resources = [local.endpoints_arn]
    }
    DecryptConfiguration = local.decrypt_parameters
    CheckHealth = {
      actions   = ["sns:GetTopicAttributes"]
      resources = [aws_sns_topic.this["messages"].arn]
    }
    WakeConsumers = {
      actions   = ["sns:Publish"]
      resources = values(local.topic_arns)
    }
  }
}
