locals {
  # Topic, its queue of the same name, and the function that reads it.
  consumers = {
    messages          = "processor"
    notifications     = "notification"
    schedule-creation = "scheduler"
  }

  # Built, not read from the resources: a topic's own policy names it.
  topic_arns = {
    for topic in keys(local.consumers) : topic =>
    "arn:${local.place.partition}:sns:${local.place.region}:${local.place.account_id}:rez-agent-${topic}-${var.stage}"
  }

  dlq_arns = concat([for queue in values(module.queue) : queue.dlq_arn], [module.fires.dlq_arn, module.schedules.dlq_arn])
  dlq_urls = concat([for queue in values(module.queue) : queue.dlq_url], [module.fires.dlq_url, module.schedules.dlq_url])
}

data "aws_iam_policy_document" "topic" {
  for_each = local.topic_arns

  statement {
    sid       = "RefuseWithoutTls"
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
  for_each = local.consumers

  name              = "rez-agent-${each.key}-${var.stage}"
  kms_master_key_id = "alias/aws/sns"
  policy            = data.aws_iam_policy_document.topic[each.key].json
}

module "queue" {
  source   = "../queue"
  for_each = local.consumers

  name               = each.key
  stage              = var.stage
  place              = local.place
  consumer_timeout_s = local.timeouts_s[each.value]
  topics             = { (each.key) = aws_sns_topic.this[each.key].arn }
}

# Behind a fire stands no row yet: it is tried for about five hours before it is put aside.
module "fires" {
  source = "../queue"

  name               = "fires"
  stage              = var.stage
  place              = local.place
  consumer_timeout_s = local.timeouts_s.scheduler
  max_receive        = 100
  senders            = ["rez-agent-schedules-${var.stage}"]
}

module "schedules" {
  source = "../schedules"

  stage      = var.stage
  place      = local.place
  target_arn = module.fires.arn
}

locals {
  # What a function needs to make schedules and to delete them.
  schedules_environment = {
    SCHEDULES_TABLE      = module.schedule_rows.name
    SCHEDULE_GROUP_ARN   = module.schedules.group_arn
    FIRES_QUEUE_ARN      = module.fires.arn
    SCHEDULES_ROLE_ARN   = module.schedules.role_arn
    SCHEDULES_DLQ_ARN    = module.schedules.dlq_arn
    MAX_ACTIVE_SCHEDULES = var.schedule_limits.max_active
  }

  # What a function may that makes schedules; it names each by its own reason.
  keep_schedules = {
    actions   = ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
    resources = [module.schedule_rows.arn]
  }
  make_schedules = {
    actions   = ["scheduler:CreateSchedule", "scheduler:DeleteSchedule"]
    resources = ["${module.schedules.schedules_arn}/*"]
  }
  # One role, and to one service: a schedule runs as nobody else.
  lend_schedules_role = {
    actions   = ["iam:PassRole"]
    resources = [module.schedules.role_arn]
    only_if   = { "iam:PassedToService" = ["scheduler.amazonaws.com"] }
  }
}
