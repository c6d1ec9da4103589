module "scheduler" {
  source = "../lambda"

  name   = "scheduler"
  common = local.common
  tuning = { timeout_s = 30 }

  consumes = {
    fires             = { arn = module.fires.arn, batch_size = 10 }
    schedule-creation = { arn = module.queue["schedule-creation"].arn, batch_size = 10 }
  }

  environment = merge(local.messages_environment, local.schedules_environment, {
    MIN_INTERVAL_MINUTES    = var.schedule_limits.min_interval_minutes
    MESSAGES_TOPIC_ARN      = aws_sns_topic.this["messages"].arn
    NOTIFICATIONS_TOPIC_ARN = aws_sns_topic.this["notifications"].arn
    PUBLIC_URL              = local.public_url
    WEB_ACTIONS_TOPIC_ARN   = aws_sns_topic.this["web-actions"].arn
  })

  allow = {
    CreateAndUpdateMessages = {
      actions   = ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
      resources = [module.table["messages"].arn]
    }
    FindOpenRuns = {
      actions   = ["dynamodb:Query"]
      resources = [module.table["messages"].index_arns["correlation_id-created_date-index"]]
    }
    CountFiresAndWriteSchedules = local.write_schedules
    FindSchedules = {
      actions = ["dynamodb:Query"]
      resources = [
        module.table["schedules"].index_arns["status-created_date-index"],
        module.table["schedules"].index_arns["name-index"],
      ]
    }
    CreateAndDeleteSchedules = local.create_and_delete_schedules
    PassSchedulesRole        = local.pass_schedules_role
    CountMessages = {
      actions   = ["dynamodb:UpdateItem"]
      resources = [module.table["metrics"].arn]
    }
    CheckTopicDuringInit = {
      actions   = ["sns:GetTopicAttributes"]
      resources = [aws_sns_topic.this["messages"].arn]
    }
    WakeConsumers = {
      actions = ["sns:Publish"]
      resources = [
        aws_sns_topic.this["messages"].arn,
        aws_sns_topic.this["notifications"].arn,
        aws_sns_topic.this["web-actions"].arn,
      ]
    }
  }
}

# The first schedule. Terraform puts its row once and then ignores changes. The sweeper creates the schedule in EventBridge.
# Operators change, pause and delete it like any other schedule. The row of the deleted schedule stays, because Terraform
# would put a missing row again.
resource "aws_dynamodb_table_item" "daily_hello" {
  table_name = module.table["schedules"].name
  hash_key   = "id"

  item = jsonencode({
    id                   = { S = "sched_20260101000000_DAYHE110" }
    name                 = { S = "daily-hello" }
    description          = { S = "Says hello once a day." }
    schedule_expression  = { S = var.daily_hello.expression }
    timezone             = { S = var.daily_hello.timezone }
    target_type          = { S = "scheduled" }
    target               = { M = { message_type = { S = "hello_world" }, payload = { M = {} } } }
    schedule_arn         = { S = "${module.schedules.schedules_arn}/sched_20260101000000_DAYHE110-r1" }
    overlap              = { S = "allow" }
    catch_up             = { S = "latest" }
    valid_for_seconds    = { N = "3600" }
    expect               = { M = { grace_seconds = { N = "300" }, max_run_seconds = { N = "900" } } }
    status               = { S = "active" }
    health               = { S = "new" }
    revision             = { N = "1" }
    timing_revision      = { N = "1" }
    execution_count      = { N = "0" }
    consecutive_failures = { N = "0" }
    created_by           = { S = "terraform" }
    created_date         = { S = local.now }
    updated_date         = { S = local.now }
    timing_since         = { S = local.now }
    counted_from         = { S = local.now }
    not_in_eventbridge   = { BOOL = true }
    settled_until        = { S = local.now }
  })

  lifecycle {
    ignore_changes = all
  }
}

locals {
  now = formatdate("YYYY-MM-DD'T'hh:mm:ss'.000Z'", plantimestamp())
}
