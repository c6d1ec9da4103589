locals {
  name     = "rez-agent-${var.name}-${var.stage}"
  dlq_name = "rez-agent-${var.name}-dlq-${var.stage}"

  # Not read from the resources, so that the policies and redrive policies are known at plan.
  arn_prefix = "arn:${var.aws_location.partition}:sqs:${var.aws_location.region}:${var.aws_location.account_id}"
  arn        = "${local.arn_prefix}:${local.name}"
  dlq_arn    = "${local.arn_prefix}:${local.dlq_name}"

  topic_arns = [
    for topic in keys(var.topics) :
    "arn:${var.aws_location.partition}:sns:${var.aws_location.region}:${var.aws_location.account_id}:rez-agent-${topic}-${var.stage}"
  ]

  day_s = 86400
}

resource "aws_sqs_queue" "dlq" {
  name                      = local.dlq_name
  message_retention_seconds = 14 * local.day_s
  sqs_managed_sse_enabled   = true
  policy                    = data.aws_iam_policy_document.dlq.json

  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [local.arn]
  })
}

resource "aws_sqs_queue" "this" {
  name                       = local.name
  message_retention_seconds  = 4 * local.day_s
  visibility_timeout_seconds = 6 * var.consumer_timeout_s
  receive_wait_time_seconds  = 20
  sqs_managed_sse_enabled    = true
  policy                     = data.aws_iam_policy_document.this.json

  redrive_policy = jsonencode({
    deadLetterTargetArn = local.dlq_arn
    maxReceiveCount     = var.max_receive
  })

  depends_on = [aws_sqs_queue.dlq]
}

resource "aws_sns_topic_subscription" "this" {
  for_each = var.topics

  topic_arn            = each.value
  protocol             = "sqs"
  endpoint             = aws_sqs_queue.this.arn
  raw_message_delivery = true

  # Without this policy, SNS drops a message that it cannot deliver.
  redrive_policy = jsonencode({ deadLetterTargetArn = local.dlq_arn })

  depends_on = [aws_sqs_queue.dlq]
}
