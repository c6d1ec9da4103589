module "scheduler" {
  source = "../lambda"

  name      = "scheduler"
  stage     = var.stage
  artefacts = aws_s3_bucket.artefacts.id
  dist_dir  = var.dist_dir
  tuning    = { timeout_s = local.timeouts_s.scheduler, log_days = var.log_days }
  tracing   = local.tracing

  environment = merge(local.environment, {
    MESSAGES_TABLE     = module.messages.name
    METRICS_TABLE      = module.metrics.name
    MESSAGES_TOPIC_ARN = aws_sns_topic.this["messages"].arn
  })

  allow = {
    TakeFromQueue = {
      actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
      resources = [module.fires.arn]
    }
    CreateMessages = {
      actions   = ["dynamodb:PutItem", "dynamodb:UpdateItem"]
      resources = [module.messages.arn]
    }
    CountMessages = {
      actions   = ["dynamodb:UpdateItem"]
      resources = [module.metrics.arn]
    }
    WakeConsumers = {
      actions   = ["sns:Publish"]
      resources = [aws_sns_topic.this["messages"].arn]
    }
  }
}

resource "aws_lambda_event_source_mapping" "scheduler" {
  event_source_arn        = module.fires.arn
  function_name           = module.scheduler.alias_arn
  batch_size              = 10
  function_response_types = ["ReportBatchItemFailures"]
}

resource "aws_scheduler_schedule" "daily_hello" {
  name                         = "daily-hello"
  group_name                   = module.schedules.group
  description                  = "Says hello once a day."
  schedule_expression          = var.daily_hello.expression
  schedule_expression_timezone = var.daily_hello.timezone

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = module.fires.arn
    role_arn = module.schedules.role_arn

    # Scheduler looks for its own words in angle brackets, which jsonencode would escape.
    input = replace(replace(jsonencode({
      kind           = "fire"
      schedule_id    = "sched_20260101000000_DAYHE110"
      revision       = 1
      scheduled_time = "<aws.scheduler.scheduled-time>"
    }), "\\u003c", "<"), "\\u003e", ">")

    # As long as the fire is worth running.
    retry_policy {
      maximum_event_age_in_seconds = 3600
      maximum_retry_attempts       = 185
    }

    dead_letter_config {
      arn = module.schedules.dlq_arn
    }
  }

  # Paused by an operator, it stays paused.
  lifecycle {
    ignore_changes = [state]
  }
}
