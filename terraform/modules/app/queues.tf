locals {
  # The topics. Each has a queue with the same name. The value is the timeout of the function that reads the queue. Seconds.
  topics = {
    messages          = module.processor.timeout_s
    notifications     = module.notification.timeout_s
    schedule-creation = module.scheduler.timeout_s
    web-actions       = module.web_action.timeout_s
  }

  # Not read from the resources, because the policy of a topic contains its ARN.
  topic_arns = {
    for topic in keys(local.topics) : topic =>
    "arn:${local.aws_location.partition}:sns:${local.aws_location.region}:${local.aws_location.account_id}:rez-agent-${topic}-${var.stage}"
  }

  # Variables of a function that publishes to every topic.
  topics_environment = {
    for topic, arn in local.topic_arns : "${upper(replace(topic, "-", "_"))}_TOPIC_ARN" => arn
  }

  queue_arns = concat([for queue in values(module.queue) : queue.arn], [module.fires.arn])
  queue_urls = concat([for queue in values(module.queue) : queue.url], [module.fires.url])

  dlq_arns = concat([for queue in values(module.queue) : queue.dlq_arn], [module.fires.dlq_arn, module.schedules.dlq_arn])
  dlq_urls = concat([for queue in values(module.queue) : queue.dlq_url], [module.fires.dlq_url, module.schedules.dlq_url])
}

data "aws_iam_policy_document" "topic" {
  for_each = local.topic_arns

  statement {
    sid       = "DenyWithoutTls"
    effect    = "Deny"
    actions   = ["sns:Publish"]
    resources = [each.value]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_sns_topic" "this" {
  for_each = local.topics

  name              = "rez-agent-${each.key}-${var.stage}"
  kms_master_key_id = "alias/aws/sns"
  policy            = data.aws_iam_policy_document.topic[each.key].json
  tracing_config    = local.common.tracing
}

module "queue" {
  source   = "../queue"
  for_each = local.topics

  name               = each.key
  stage              = var.stage
  aws_location       = local.aws_location
  consumer_timeout_s = each.value
  topics             = { (each.key) = aws_sns_topic.this[each.key].arn }
}

# A fire has no row yet. Therefore it is received up to 100 times, in about five hours, before it becomes a dead letter.
module "fires" {
  source = "../queue"

  name               = "fires"
  stage              = var.stage
  aws_location       = local.aws_location
  consumer_timeout_s = module.scheduler.timeout_s
  max_receive        = 100
  senders            = ["rez-agent-schedules-${var.stage}"]
}

module "schedules" {
  source = "../schedules"

  stage        = var.stage
  aws_location = local.aws_location
  target_arn   = module.fires.arn

  permissions_boundary = var.permissions_boundary
}

locals {
  # Variables of a function that creates and deletes schedules.
  schedules_environment = {
    SCHEDULES_TABLE      = module.table["schedules"].name
    SCHEDULE_GROUP_ARN   = module.schedules.group_arn
    FIRES_QUEUE_ARN      = module.fires.arn
    SCHEDULES_ROLE_ARN   = module.schedules.role_arn
    SCHEDULES_DLQ_ARN    = module.schedules.dlq_arn
    MAX_ACTIVE_SCHEDULES = var.schedule_limits.max_active
  }

  # Permissions of such a function. The function gives each a statement id.
  write_schedules = {
    actions   = ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
    resources = [module.table["schedules"].arn]
  }
  create_and_delete_schedules = {
    actions   = ["scheduler:CreateSchedule", "scheduler:DeleteSchedule"]
    resources = ["${module.schedules.schedules_arn}/*"]
  }
  # Only the role of the schedules, and only for EventBridge Scheduler.
  pass_schedules_role = {
    actions   = ["iam:PassRole"]
    resources = [module.schedules.role_arn]
    only_if   = { "iam:PassedToService" = ["scheduler.amazonaws.com"] }
  }
}
