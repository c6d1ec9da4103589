locals {
  # The definitions of endpoints, which operators write. Reading a folder is a permission for the folder itself.
  endpoints_arn = "${local.parameter_arn}/endpoints"
}

module "web_action" {
  source = "../lambda"

  name   = "web-action"
  common = local.common
  tuning = { timeout_s = 120 }

  consumes = {
    web-actions = { arn = module.queue["web-actions"].arn, batch_size = 1 }
  }

  environment = merge(local.messages_environment, {
    APPROVALS_TABLE          = module.table["approvals"].name
    BREAKERS_TABLE           = module.table["circuit-breaker"].name
    EFFECTS_TABLE            = module.table["effects"].name
    HTTP_MAX_RETRIES         = "3"
    HTTP_TIMEOUT_MS          = "10000"
    LOCAL_ORIGINS            = var.local_origins
    NOTIFICATIONS_TOPIC_ARN  = aws_sns_topic.this["notifications"].arn
    PUBLIC_URL               = local.public_url
    WEB_ACTION_RESULTS_TABLE = module.table["web-action-results"].name
    WEB_ACTIONS_TOPIC_ARN    = aws_sns_topic.this["web-actions"].arn
  })

  allow = {
    ClaimAndUpdateMessagesAndPutChildren = {
      actions   = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
      resources = [module.table["messages"].arn]
    }
    CountMessages = {
      actions   = ["dynamodb:UpdateItem"]
      resources = [module.table["metrics"].arn]
    }
    StoreResultsAndCachedValues = {
      actions   = ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem"]
      resources = [module.table["web-action-results"].arn]
    }
    # A transaction needs the permission of each of its writes.
    CarryOutEffectsAndCountQuotas = {
      actions   = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
      resources = [module.table["effects"].arn]
    }
    AskForApprovalsAndUseThem = {
      actions   = ["dynamodb:PutItem", "dynamodb:UpdateItem"]
      resources = [module.table["approvals"].arn]
    }
    ReadAndWriteBreakers = {
      actions   = ["dynamodb:GetItem", "dynamodb:UpdateItem"]
      resources = [module.table["circuit-breaker"].arn]
    }
    ReadConfiguration = {
      actions   = ["ssm:GetParameters"]
      resources = concat(local.action_parameter_arns, [local.policy_arn, aws_ssm_parameter.flag["dry-run"].arn, aws_ssm_parameter.flag["web-actions"].arn])
    }
    ReadSecrets = local.read_secrets
    ReadEndpoints = {
      actions   = ["ssm:GetParametersByPath"]
      resources = [local.endpoints_arn]
    }
    WakeConsumers = {
      actions   = ["sns:Publish"]
      resources = [aws_sns_topic.this["notifications"].arn, aws_sns_topic.this["web-actions"].arn]
    }
  }
}
