module "sweeper" {
  source = "../lambda"

  name      = "sweeper"
  stage     = var.stage
  artefacts = aws_s3_bucket.artefacts.id
  dist_dir  = var.dist_dir
  tuning    = { timeout_s = local.timeouts_s.sweeper, log_days = var.log_days }
  tracing   = local.tracing

  environment = merge(local.environment, local.schedules_environment, {
    MESSAGES_TABLE              = module.messages.name
    METRICS_TABLE               = module.metrics.name
    BREAKERS_TABLE              = module.breakers.name
    MESSAGES_TOPIC_ARN          = aws_sns_topic.this["messages"].arn
    NOTIFICATIONS_TOPIC_ARN     = aws_sns_topic.this["notifications"].arn
    SCHEDULE_CREATION_TOPIC_ARN = aws_sns_topic.this["schedule-creation"].arn
    DEAD_LETTER_QUEUES          = join(",", local.dlq_urls)
  })

  allow = {
    FindDueAndWhatAnHourCreated = {
      actions = ["dynamodb:Query"]
      resources = [
        module.messages.index_arns["due-index"],
        module.messages.index_arns["stage-created_date-index"],
      ]
    }
    WakeReleaseAndExpireMessages = {
      actions   = ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
      resources = [module.messages.arn]
    }
    ReportExpiredAndCountHoursAgain = {
      actions   = ["dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:UpdateItem"]
      resources = [module.metrics.arn]
    }
    LookAtBreakers = {
      actions   = ["dynamodb:GetItem"]
      resources = [module.breakers.arn]
    }
    ReadFlags = {
      actions   = ["ssm:GetParameters"]
      resources = local.flag_arns
    }
    WakeConsumers = {
      actions = ["sns:Publish"]
      resources = [
        aws_sns_topic.this["messages"].arn,
        aws_sns_topic.this["notifications"].arn,
        aws_sns_topic.this["schedule-creation"].arn,
      ]
    }
    LookForRuns = {
      actions   = ["dynamodb:Query"]
      resources = [module.messages.index_arns["correlation_id-created_date-index"]]
    }
    LookAfterSchedules = {
      actions   = ["dynamodb:GetItem", "dynamodb:UpdateItem"]
      resources = [module.schedule_rows.arn]
    }
    FindSchedules = {
      actions   = ["dynamodb:Query"]
      resources = [module.schedule_rows.index_arns["status-created_date-index"]]
    }
    HealSchedules = local.make_schedules
    ListSchedules = {
      actions   = ["scheduler:ListSchedules"]
      resources = ["*"]
    }
    LendTheSchedulesRole = local.lend_schedules_role
    CountDeadLetters = {
      actions   = ["sqs:GetQueueAttributes"]
      resources = local.dlq_arns
    }
  }
}

# A tick that is late or failed is not tried again: the next one does its work.
resource "aws_lambda_function_event_invoke_config" "sweeper" {
  function_name                = module.sweeper.name
  qualifier                    = module.sweeper.alias_name
  maximum_event_age_in_seconds = 60
  maximum_retry_attempts       = 0
}

# Outside the schedules' group: whatever tidies that group up cannot stop the sweeper.
resource "aws_scheduler_schedule" "sweeper" {
  name                = "rez-agent-sweeper-${var.stage}"
  group_name          = "default"
  description         = "Wakes what is due, every minute."
  schedule_expression = "rate(1 minute)"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = module.sweeper.alias_arn
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
      values   = [local.place.account_id]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = ["arn:${local.place.partition}:scheduler:${local.place.region}:${local.place.account_id}:schedule-group/default"]
    }
  }
}

data "aws_iam_policy_document" "sweeper_schedule" {
  statement {
    sid       = "CallTheSweeper"
    actions   = ["lambda:InvokeFunction"]
    resources = [module.sweeper.alias_arn]
  }
}

resource "aws_iam_role" "sweeper_schedule" {
  name               = "rez-agent-sweeper-schedule-${var.stage}"
  assume_role_policy = data.aws_iam_policy_document.sweeper_schedule_assume.json
}

resource "aws_iam_role_policy" "sweeper_schedule" {
  name   = "allow"
  role   = aws_iam_role.sweeper_schedule.id
  policy = data.aws_iam_policy_document.sweeper_schedule.json
}
