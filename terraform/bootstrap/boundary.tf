# The most that a role of the stage can do, whatever its own policy says. The workflow that deploys may write these policies,
# so without the boundary it could give itself every permission of the account.
data "aws_iam_policy_document" "boundary" {
  statement {
    sid       = "WriteLogs"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = local.log_group_arns
  }

  # These have no resources.
  statement {
    sid       = "SendTracesAndList"
    actions   = ["cloudwatch:DescribeAlarms", "scheduler:ListSchedules", "xray:PutTelemetryRecords", "xray:PutTraceSegments"]
    resources = ["*"]
  }

  statement {
    sid       = "UseTables"
    actions   = ["dynamodb:BatchGetItem", "dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"]
    resources = local.table_arns
  }

  statement {
    sid       = "UseTopicsAndQueues"
    actions   = ["sns:GetTopicAttributes", "sns:Publish", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:SendMessage"]
    resources = concat(local.topic_arns, local.queue_arns)
  }

  statement {
    sid       = "UseParameters"
    actions   = ["ssm:GetParameters", "ssm:GetParametersByPath", "ssm:PutParameter"]
    resources = local.parameter_arns
  }

  statement {
    sid       = "DecryptParameters"
    actions   = ["kms:Decrypt"]
    resources = ["${local.here.kms}:key/*"]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["ssm.${var.region}.amazonaws.com"]
    }
  }

  statement {
    sid       = "UseSecrets"
    actions   = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
    resources = local.secret_arns
  }

  statement {
    sid       = "CallFunctions"
    actions   = ["lambda:InvokeFunction"]
    resources = local.function_arns
  }

  statement {
    sid       = "ChangeSchedules"
    actions   = ["scheduler:CreateSchedule", "scheduler:DeleteSchedule"]
    resources = local.schedule_arns
  }

  # EventBridge Scheduler sends fires with this role, which can do nothing else.
  statement {
    sid       = "PassRoleOfSchedules"
    actions   = ["iam:PassRole"]
    resources = ["arn:${local.partition}:iam::${local.account_id}:role/rez-agent-schedules-${var.stage}"]

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["scheduler.amazonaws.com"]
    }
  }
}

resource "aws_iam_policy" "boundary" {
  name        = local.boundary_name
  description = "The most that a role of stage ${var.stage} can do."
  policy      = data.aws_iam_policy_document.boundary.json
}
