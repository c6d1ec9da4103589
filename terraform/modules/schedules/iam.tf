# Without these conditions, schedules of other accounts could use the role.
data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["scheduler.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.aws_location.account_id]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [local.group_arn]
    }
  }
}

data "aws_iam_policy_document" "this" {
  statement {
    sid       = "SendFires"
    actions   = ["sqs:SendMessage"]
    resources = [var.target_arn]
  }

  statement {
    sid       = "SendUndeliveredFires"
    actions   = ["sqs:SendMessage"]
    resources = [local.dlq_arn]
  }
}

data "aws_iam_policy_document" "dlq" {
  statement {
    sid       = "DenyWithoutTls"
    effect    = "Deny"
    actions   = ["sqs:*"]
    resources = [local.dlq_arn]

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

resource "aws_iam_role" "this" {
  name                 = local.role_name
  assume_role_policy   = data.aws_iam_policy_document.assume.json
  permissions_boundary = var.permissions_boundary
}

resource "aws_iam_role_policy" "this" {
  name   = "allow"
  role   = aws_iam_role.this.id
  policy = data.aws_iam_policy_document.this.json
}
