# One table for both roles, so that drift can read what a deployment can change, and nothing else. The deployment can do
# everything with the resources of its stage, because the calls of Terraform change with the version of its provider. What
# has no resources, or unknown ids, is listed action by action.
locals {
  managed = {
    Functions = {
      change    = ["lambda:*"]
      read      = ["lambda:Get*", "lambda:List*"]
      resources = local.function_arns
    }
    Queues = {
      change    = ["sqs:*"]
      read      = ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ListQueueTags"]
      resources = local.queue_arns
    }
    Topics = {
      change    = ["sns:*"]
      read      = ["sns:Get*", "sns:List*"]
      resources = local.topic_arns
    }
    Tables = {
      change    = ["dynamodb:*"]
      read      = ["dynamodb:Describe*", "dynamodb:ListTagsOfResource"]
      resources = local.table_arns
    }
    # Terraform puts the first schedule as a row, and reads it again.
    FirstSchedule = {
      change    = ["dynamodb:GetItem"]
      read      = ["dynamodb:GetItem"]
      resources = ["${local.here.dynamodb}:table/rez-agent-schedules-${var.stage}"]
    }
    Packages = {
      change    = ["s3:*"]
      read      = ["s3:Get*", "s3:List*"]
      resources = [local.packages_bucket, "${local.packages_bucket}/*"]
    }
    Schedules = {
      change    = ["scheduler:*"]
      read      = ["scheduler:Get*", "scheduler:List*"]
      resources = local.schedule_arns
    }
    LogGroups = {
      change    = ["logs:*"]
      read      = ["logs:ListTagsForResource", "logs:ListTagsLogGroup"]
      resources = concat(local.log_group_arns, [for arn in local.log_group_arns : trimsuffix(arn, ":*")])
    }
    Alarms = {
      change    = ["cloudwatch:*"]
      read      = ["cloudwatch:DescribeAlarms", "cloudwatch:GetDashboard", "cloudwatch:ListTagsForResource"]
      resources = ["${local.here.cloudwatch}:alarm:rez-agent-*-${var.stage}", "arn:${local.partition}:cloudwatch::${local.account_id}:dashboard/rez-agent-${var.stage}-overview"]
    }
    Apis = {
      change    = ["apigateway:*"]
      read      = ["apigateway:GET"]
      resources = ["arn:${local.partition}:apigateway:${var.region}::/apis", "arn:${local.partition}:apigateway:${var.region}::/apis/*", "arn:${local.partition}:apigateway:${var.region}::/tags/*"]
    }
    # Terraform creates the names of secrets. Nobody but the functions reads their values.
    Secrets = {
      change    = ["secretsmanager:CreateSecret", "secretsmanager:DeleteSecret", "secretsmanager:RestoreSecret", "secretsmanager:TagResource", "secretsmanager:UntagResource", "secretsmanager:UpdateSecret", "secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy"]
      read      = ["secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy"]
      resources = local.secret_arns
    }
    # Terraform reads the value of each parameter that it manages. The keys of the platform are not among them.
    Parameters = {
      change    = ["ssm:*"]
      read      = ["ssm:ListTagsForResource"]
      resources = local.parameter_arns
    }
    ManagedParameters = {
      change    = ["ssm:GetParameter"]
      read      = ["ssm:GetParameter"]
      resources = [for name in ["flags/*", "ntfy-token", "ntfy-url"] : "${local.here.ssm}:parameter/rez-agent/${var.stage}/${name}"]
    }
    Budget = {
      change    = ["budgets:*"]
      read      = ["budgets:ViewBudget", "budgets:ListTagsForResource"]
      resources = ["arn:${local.partition}:budgets::${local.account_id}:budget/rez-agent-${var.stage}"]
    }
    RolesOfStage = {
      change    = ["iam:DeleteRole", "iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListInstanceProfilesForRole", "iam:ListRolePolicies", "iam:TagRole", "iam:UntagRole", "iam:UpdateAssumeRolePolicy", "iam:UpdateRole"]
      read      = ["iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"]
      resources = local.role_arns
    }
    # Actions without resources, or whose ids nobody knows before.
    Others = {
      change = [
        "cloudwatch:DescribeAlarms", "cloudwatch:GetMetricData", "cognito-idp:DescribeUserPoolDomain", "cognito-idp:ListUserPools",
        "lambda:GetAccountSettings", "lambda:GetEventSourceMapping", "lambda:ListEventSourceMappings", "lambda:ListTags", "lambda:TagResource",
        "logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DeleteQueryDefinition", "logs:DescribeLogGroups", "logs:DescribeQueryDefinitions",
        "logs:DescribeResourcePolicies", "logs:GetLogDelivery", "logs:ListLogDeliveries", "logs:PutQueryDefinition", "logs:PutResourcePolicy",
        "logs:UpdateLogDelivery", "ssm:DescribeParameters", "xray:CreateSamplingRule", "xray:DeleteResourcePolicy", "xray:DeleteSamplingRule",
        "xray:GetSamplingRules", "xray:ListResourcePolicies", "xray:ListTagsForResource", "xray:PutResourcePolicy", "xray:TagResource",
        "xray:UntagResource", "xray:UpdateSamplingRule",
      ]
      read = [
        "cloudwatch:DescribeAlarms", "cognito-idp:DescribeUserPoolDomain", "cognito-idp:ListUserPools",
        "lambda:GetEventSourceMapping", "lambda:ListEventSourceMappings", "lambda:ListTags",
        "logs:DescribeLogGroups", "logs:DescribeQueryDefinitions", "ssm:DescribeParameters",
        "xray:GetSamplingRules", "xray:ListResourcePolicies", "xray:ListTagsForResource",
      ]
      resources = ["*"]
    }
  }
}

data "aws_iam_policy_document" "deploy" {
  dynamic "statement" {
    for_each = local.managed

    content {
      sid       = statement.key
      actions   = statement.value.change
      resources = statement.value.resources
    }
  }

  statement {
    sid       = "State"
    actions   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]
    resources = ["${local.state_arn}/${var.stage}/terraform.tfstate", "${local.state_arn}/${var.stage}/terraform.tfstate.tflock"]
  }

  statement {
    sid       = "FindState"
    actions   = ["s3:ListBucket"]
    resources = [local.state_arn]
  }

  statement {
    sid       = "EventSources"
    actions   = ["lambda:CreateEventSourceMapping", "lambda:DeleteEventSourceMapping", "lambda:UpdateEventSourceMapping"]
    resources = ["*"]

    condition {
      test     = "ArnLike"
      variable = "lambda:FunctionArn"
      values   = local.function_arns
    }
  }

  # The id of a user pool is not known before, so its tag decides.
  statement {
    sid       = "UserPool"
    actions   = ["cognito-idp:*"]
    resources = ["${local.here["cognito-idp"]}:userpool/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/Stage"
      values   = [var.stage]
    }
  }

  statement {
    sid       = "CreateUserPool"
    actions   = ["cognito-idp:CreateUserPool", "cognito-idp:TagResource"]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/Stage"
      values   = [var.stage]
    }
  }

  # Only with the boundary. Without this condition, the workflow could give itself every permission of the account.
  statement {
    sid       = "RolesWithBoundary"
    actions   = ["iam:CreateRole", "iam:DeleteRolePolicy", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"]
    resources = local.role_arns

    condition {
      test     = "StringEquals"
      variable = "iam:PermissionsBoundary"
      values   = [local.boundary_arn]
    }
  }

  statement {
    sid       = "PassRolesOfStage"
    actions   = ["iam:PassRole"]
    resources = local.role_arns

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["lambda.amazonaws.com", "scheduler.amazonaws.com"]
    }
  }

  # Also if another policy is attached to the role one day.
  statement {
    sid       = "NeverItsOwnLimits"
    effect    = "Deny"
    actions   = ["iam:Attach*", "iam:Create*", "iam:Delete*", "iam:Put*", "iam:Set*", "iam:Update*"]
    resources = concat([local.boundary_arn, local.provider_arn], [for name in values(local.role_names) : "arn:${local.partition}:iam::${local.account_id}:role/${name}"])
  }

  statement {
    sid       = "NeverWithoutBoundary"
    effect    = "Deny"
    actions   = ["iam:DeleteRolePermissionsBoundary"]
    resources = ["*"]
  }
}

data "aws_iam_policy_document" "drift" {
  dynamic "statement" {
    for_each = local.managed

    content {
      sid       = statement.key
      actions   = statement.value.read
      resources = statement.value.resources
    }
  }

  statement {
    sid       = "State"
    actions   = ["s3:GetObject"]
    resources = ["${local.state_arn}/${var.stage}/terraform.tfstate"]
  }

  statement {
    sid       = "FindState"
    actions   = ["s3:ListBucket"]
    resources = [local.state_arn]
  }

  statement {
    sid       = "UserPool"
    actions   = ["cognito-idp:Describe*", "cognito-idp:Get*", "cognito-idp:List*"]
    resources = ["${local.here["cognito-idp"]}:userpool/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/Stage"
      values   = [var.stage]
    }
  }
}
