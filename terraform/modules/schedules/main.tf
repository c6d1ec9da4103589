locals {
  group     = "rez-agent-${var.stage}"
  role_name = "rez-agent-schedules-${var.stage}"
  dlq_name  = "rez-agent-schedules-dlq-${var.stage}"

  # Not read from the resources, so that the policies are known at plan.
  group_arn     = "arn:${var.aws_location.partition}:scheduler:${var.aws_location.region}:${var.aws_location.account_id}:schedule-group/${local.group}"
  schedules_arn = "arn:${var.aws_location.partition}:scheduler:${var.aws_location.region}:${var.aws_location.account_id}:schedule/${local.group}"
  dlq_arn       = "arn:${var.aws_location.partition}:sqs:${var.aws_location.region}:${var.aws_location.account_id}:${local.dlq_name}"
}

resource "aws_scheduler_schedule_group" "this" {
  name = local.group
}

resource "aws_sqs_queue" "dlq" {
  name                      = local.dlq_name
  message_retention_seconds = 14 * 86400
  sqs_managed_sse_enabled   = true
  policy                    = data.aws_iam_policy_document.dlq.json
}
