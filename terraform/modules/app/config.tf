# What operators change lives in SSM. Terraform makes the names and says the first value, once; whatever stands there
# afterwards is the operators'.
locals {
  parameter_prefix = "/rez-agent/${var.stage}"

  # Written by the deployment's script when it is missing, never by Terraform.
  cursor_key_arn = "arn:${local.place.partition}:ssm:${local.place.region}:${local.place.account_id}:parameter${local.parameter_prefix}/cursor-key"

  flag_arns = [for flag in values(aws_ssm_parameter.flag) : flag.arn]

  # Reading a SecureString: with the account's own key for SSM, through SSM, and nothing else.
  decrypt_parameters = {
    actions   = ["kms:Decrypt"]
    resources = ["arn:${local.place.partition}:kms:${local.place.region}:${local.place.account_id}:key/*"]
    only_if = {
      "kms:ViaService"      = ["ssm.${local.place.region}.amazonaws.com"]
      "kms:ResourceAliases" = ["alias/aws/ssm"]
    }
  }
}

resource "aws_ssm_parameter" "ntfy_url" {
  name             = "${local.parameter_prefix}/ntfy-url"
  description      = "Where pushes go, topic included."
  type             = "SecureString"
  value_wo         = var.ntfy_url
  value_wo_version = 1

  lifecycle {
    ignore_changes = all
  }
}

resource "aws_ssm_parameter" "ntfy_token" {
  name             = "${local.parameter_prefix}/ntfy-token"
  description      = "Access token of the push server; \"none\" when it wants none."
  type             = "SecureString"
  value_wo         = "none"
  value_wo_version = 1

  lifecycle {
    ignore_changes = all
  }
}

resource "aws_ssm_parameter" "flag" {
  for_each = {
    manual-messages = "Whether people may create messages and run schedules by hand."
    notifications   = "Whether pushes are sent; off holds them."
  }

  name        = "${local.parameter_prefix}/flags/${each.key}"
  description = each.value
  type        = "String"
  value       = "on"

  lifecycle {
    ignore_changes = all
  }
}
