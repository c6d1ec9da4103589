# A trace begins in the first function, because an HTTP API has no segment. It continues through SNS and SQS to the consumer.

# The reservoir is 0, because a reservoir samples one request per second before the percentage applies. For a small team,
# that is nearly every request.
resource "aws_xray_sampling_rule" "this" {
  for_each = var.features.sampling_percent == null ? {} : { this = var.features.sampling_percent }

  rule_name      = "rez-agent-${var.stage}"
  priority       = 1000
  version        = 1
  fixed_rate     = each.value / 100
  reservoir_size = 0
  service_name   = "rez-agent-*-${var.stage}"
  service_type   = "*"
  host           = "*"
  http_method    = "*"
  url_path       = "*"
  resource_arn   = "*"
}

data "aws_iam_policy_document" "traces_of_topics" {
  statement {
    sid       = "AllowTopics"
    actions   = ["xray:PutTraceSegments", "xray:GetSamplingRules", "xray:GetSamplingTargets"]
    resources = ["*"]

    principals {
      type        = "Service"
      identifiers = ["sns.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.aws_location.account_id]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = values(local.topic_arns)
    }
  }
}

# Without it, SNS drops the segments of its deliveries.
resource "aws_xray_resource_policy" "topics" {
  for_each = var.features.tracing ? { this = true } : {}

  policy_name     = "rez-agent-topics-${var.stage}"
  policy_document = data.aws_iam_policy_document.traces_of_topics.json
}
