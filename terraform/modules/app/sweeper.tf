module "sweeper" {
  source = "../lambda"

  name   = "sweeper"
  common = local.common
  tuning = { timeout_s = 60 }

  environment = merge(local.messages_environment, local.schedules_environment, local.topics_environment, {
    APPROVALS_TABLE    = module.table["approvals"].name
    BREAKERS_TABLE     = module.table["circuit-breaker"].name
    EFFECTS_TABLE      = module.table["effects"].name
    PUBLIC_URL         = local.public_url
    DEAD_LETTER_QUEUES = join(",", local.dlq_urls)
    QUEUES             = join(",", local.queue_urls)
    WATCH_ALARMS       = var.features.alarms ? "on" : "off"
  })

  allow = {
    FindDueMessagesAndRecount = {
      actions = ["dynamodb:Query"]
      resources = [
        module.table["messages"].index_arns["due-index"],
        module.table["messages"].index_arns["stage-created_date-index"],
      ]
    }
    WakeReleaseAndExpireMessages = {
      actions   = ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
      resources = [module.table["messages"].arn]
    }
    FindOpenEffects = {
      actions   = ["dynamodb:Query"]
      resources = [module.table["effects"].index_arns["status-updated_date-index"]]
    }
    ReportUnknownEffects = {
      actions   = ["dynamodb:BatchGetItem", "dynamodb:PutItem"]
      resources = [module.table["effects"].arn]
    }
    ReadAndExpireApprovals = {
      actions   = ["dynamodb:BatchGetItem", "dynamodb:UpdateItem"]
      resources = [module.table["approvals"].arn]
    }
    ReportExpiredAndRecountHours = {
      actions   = ["dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:UpdateItem"]
      resources = [module.table["metrics"].arn]
    }
    ReportChangedConditions = {
      actions   = ["dynamodb:GetItem", "dynamodb:PutItem"]
      resources = [module.table["metrics"].arn]
    }
    ReadBreakers = {
      actions   = ["dynamodb:GetItem"]
      resources = [module.table["circuit-breaker"].arn]
    }
    ReadFlags = {
      actions   = ["ssm:GetParameters"]
      resources = local.flag_arns
    }
    WakeConsumers = {
      actions   = ["sns:Publish"]
      resources = values(local.topic_arns)
    }
    FindRuns = {
      actions   = ["dynamodb:Query"]
      resources = [module.table["messages"].index_arns["correlation_id-created_date-index"]]
    }
    ReadAndUpdateSchedules = {
      actions   = ["dynamodb:GetItem", "dynamodb:UpdateItem"]
      resources = [module.table["schedules"].arn]
    }
    FindSchedules = {
      actions   = ["dynamodb:Query"]
      resources = [module.table["schedules"].index_arns["status-created_date-index"]]
    }
    RepairSchedules = local.create_and_delete_schedules
    ListSchedules = {
      actions   = ["scheduler:ListSchedules"]
      resources = ["*"]
    }
    PassSchedulesRole = local.pass_schedules_role
    ReadDepthOfQueues = {
      actions   = ["sqs:GetQueueAttributes"]
      resources = concat(local.queue_arns, local.dlq_arns)
    }
    # The action has no permission for single alarms.
    ReadAlarms = {
      actions   = ["cloudwatch:DescribeAlarms"]
      resources = ["*"]
    }
  }
}

# A tick that is late or fails is not retried, because the next tick does its work.
resource "aws_lambda_function_event_invoke_config" "sweeper" {
  function_name                = module.sweeper.live.function
  qualifier                    = module.sweeper.live.qualifier
  maximum_event_age_in_seconds = 60
  maximum_retry_attempts       = 0
}

# Not in the schedule group, because deleting that group must not stop the sweeper.
resource "aws_scheduler_schedule" "sweeper" {
  name                = "rez-agent-sweeper-${var.stage}"
  group_name          = "default"
  description         = "Runs the sweeper every minute."
  schedule_expression = "rate(1 minute)"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = module.sweeper.live.arn
    role_arn = aws_iam_role.sweeper_schedule.arn

    retry_policy {
      maximum_event_age_in_seconds = 60
      maximum_retry_attempts       = 0
    }
  }
}

data "aws_iam_policy_document" "sweeper_schedule_assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["scheduler.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.aws_location.account_id]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = ["arn:${local.aws_location.partition}:scheduler:${local.aws_location.region}:${local.aws_location.account_id}:schedule-group/default"]
    }
  }
}

data "aws_iam_policy_document" "sweeper_schedule" {
  statement {
    sid       = "InvokeSweeper"
    actions   = ["lambda:InvokeFunction"]
    resources = [module.sweeper.live.arn]
  }
}

resource "aws_iam_role" "sweeper_schedule" {
  name                 = "rez-agent-sweeper-schedule-${var.stage}"
  assume_role_policy   = data.aws_iam_policy_document.sweeper_schedule_assume.json
  permissions_boundary = var.permissions_boundary
}

resource "aws_iam_role_policy" "sweeper_schedule" {
  name   = "allow"
  role   = aws_iam_role.sweeper_schedule.id
  policy = data.aws_iam_policy_document.sweeper_schedule.json
}
