data "aws_iam_policy_document" "this" {
  source_policy_documents = [
    data.aws_iam_policy_document.tls_only["this"].json,
    data.aws_iam_policy_document.from_topics["this"].json,
  ]

  # The principal is the account with a condition, so that a role that is created again keeps the permission.
  dynamic "statement" {
    for_each = length(var.senders) > 0 ? ["AllowRoles"] : []

    content {
      sid       = statement.value
      actions   = ["sqs:SendMessage"]
      resources = [local.arn]

      principals {
        type        = "AWS"
        identifiers = ["arn:${var.aws_location.partition}:iam::${var.aws_location.account_id}:root"]
      }

      condition {
        test     = "ArnEquals"
        variable = "aws:PrincipalArn"
        values   = [for role in var.senders : "arn:${var.aws_location.partition}:iam::${var.aws_location.account_id}:role/${role}"]
      }
    }
  }
}

data "aws_iam_policy_document" "dlq" {
  source_policy_documents = [
    data.aws_iam_policy_document.tls_only["dlq"].json,
    data.aws_iam_policy_document.from_topics["dlq"].json,
  ]
}

data "aws_iam_policy_document" "tls_only" {
  for_each = { this = local.arn, dlq = local.dlq_arn }

  statement {
    sid       = "DenyWithoutTls"
    effect    = "Deny"
    actions   = ["sqs:*"]
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

data "aws_iam_policy_document" "from_topics" {
  for_each = { this = local.arn, dlq = local.dlq_arn }

  dynamic "statement" {
    for_each = length(var.topics) > 0 ? ["AllowTopics"] : []

    content {
      sid       = statement.value
      actions   = ["sqs:SendMessage"]
      resources = [each.value]

      principals {
        type        = "Service"
        identifiers = ["sns.amazonaws.com"]
      }

      condition {
        test     = "ArnEquals"
        variable = "aws:SourceArn"
        values   = local.topic_arns
      }
    }
  }
}
