# The MCP server, and the sign-in of its clients. It reads the platform, and creates messages like the API; what a message
# does is done by the other functions.
module "mcp" {
  source = "../lambda"

  name   = "mcp"
  common = local.common
  tuning = { timeout_s = 30 }

  environment = merge(local.messages_environment, local.topics_environment, {
    ALLOWED_ORIGINS      = join(",", var.allowed_origins)
    APPROVALS_TABLE      = module.table["approvals"].name
    EFFECTS_TABLE        = module.table["effects"].name
    IDEMPOTENCY_TABLE    = module.table["idempotency"].name
    JWKS_URL             = module.user_pool.jwks_url
    LOCAL_ORIGINS        = var.local_endpoint
    LOGIN_URL            = module.user_pool.login_url
    MCP_MAX_WAIT_SECONDS = tostring(var.mcp_max_wait_seconds)
    MIN_INTERVAL_MINUTES = var.schedule_limits.min_interval_minutes
    PUBLIC_URL           = local.public_url
    SCHEDULES_TABLE      = module.table["schedules"].name
    USER_POOL_CLIENT_ID  = module.user_pool.mcp_client_id
    USER_POOL_ISSUER     = module.user_pool.issuer
  })

  allow = {
    CreateAndReadMessages = {
      actions   = ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
      resources = [module.table["messages"].arn]
    }
    ListMessagesAndShowRuns = {
      actions = ["dynamodb:Query"]
      resources = [
        module.table["messages"].index_arns["stage-created_date-index"],
        module.table["messages"].index_arns["status-created_date-index"],
        module.table["messages"].index_arns["correlation_id-created_date-index"],
      ]
    }
    CountMessagesAndReadCounts = {
      actions   = ["dynamodb:BatchGetItem", "dynamodb:UpdateItem"]
      resources = [module.table["metrics"].arn]
    }
    ShowSchedules = {
      actions   = ["dynamodb:GetItem"]
      resources = [module.table["schedules"].arn]
    }
    ListSchedules = {
      actions = ["dynamodb:Query"]
      resources = [
        module.table["schedules"].index_arns["status-created_date-index"],
        module.table["schedules"].index_arns["name-index"],
      ]
    }
    ListApprovals = {
      actions   = ["dynamodb:Query"]
      resources = [module.table["approvals"].index_arns["status-created_date-index"]]
    }
    ShowApprovals = {
      actions   = ["dynamodb:BatchGetItem", "dynamodb:GetItem"]
      resources = [module.table["approvals"].arn]
    }
    CheckEffectsBeforeRedrive = {
      actions   = ["dynamodb:GetItem"]
      resources = [module.table["effects"].arn]
    }
    JoinOpenCallsAndCountCalls = {
      actions   = ["dynamodb:PutItem", "dynamodb:UpdateItem"]
      resources = [module.table["idempotency"].arn]
    }
    ReadConfiguration = {
      actions   = ["ssm:GetParameters"]
      resources = concat([local.oauth_key_arn, local.mcp_clients_arn], local.action_parameter_arns)
    }
    ReadFlags = {
      actions   = ["ssm:GetParameters"]
      resources = [aws_ssm_parameter.flag["manual-messages"].arn]
    }
    ReadEndpoints = {
      actions   = ["ssm:GetParametersByPath"]
      resources = [local.endpoints_arn]
    }
    DecryptConfiguration = local.decrypt_parameters
    WakeConsumers = {
      actions   = ["sns:Publish"]
      resources = values(local.topic_arns)
    }
  }
}
