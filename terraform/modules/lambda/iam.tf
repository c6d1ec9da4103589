data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "this" {
  statement {
    sid       = "WriteOwnLogs"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.this.arn}:*"]
  }

  dynamic "statement" {
    for_each = var.common.tracing == "Active" ? ["SendTraces"] : []

    content {
      sid       = statement.value
      actions   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
      resources = ["*"]
    }
  }

  # Lambda reads the queue with the role of the function.
  dynamic "statement" {
    for_each = length(var.consumes) > 0 ? ["ReadQueues"] : []

    content {
      sid       = statement.value
      actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
      resources = [for queue in values(var.consumes) : queue.arn]
    }
  }

  dynamic "statement" {
    for_each = var.allow

    content {
      sid       = statement.key
      actions   = statement.value.actions
      resources = statement.value.resources

      dynamic "condition" {
        for_each = statement.value.only_if

        content {
          test     = "ForAnyValue:StringEquals"
          variable = condition.key
          values   = condition.value
        }
      }
    }
  }
}

resource "aws_iam_role" "this" {
  name                 = local.full_name
  assume_role_policy   = data.aws_iam_policy_document.assume.json
  permissions_boundary = var.common.permissions_boundary
}

resource "aws_iam_role_policy" "this" {
  name   = "allow"
  role   = aws_iam_role.this.id
  policy = data.aws_iam_policy_document.this.json
}
