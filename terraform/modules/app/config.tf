# Operators change these parameters in SSM. Terraform creates each with its first value and never overwrites it.
locals {
  parameter_prefix = "/rez-agent/${var.stage}"

  # The deployment script writes it if it is missing. Terraform never does.
  cursor_key_arn = "arn:${local.place.partition}:ssm:${local.place.region}:${local.place.account_id}:parameter${local.parameter_prefix}/cursor-key"

  flag_arns = [for flag in values(aws_ssm_parameter.flag) : flag.arn]

  # Decrypting a SecureString: only with the key of the account for SSM, and only through SSM.
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
  description      = "The address to which pushes are sent, with the topic."
  type             = "SecureString"
  value_wo         = var.ntfy_url
  value_wo_version = 1

  lifecycle {
    ignore_changes = all
  }
}

resource "aws_ssm_parameter" "ntfy_token" {
  name             = "${local.parameter_prefix}/ntfy-token"
  description      = "Access token of the push server; \"none\" if it needs none."
  type             = "SecureString"
  value_wo         = "none"
  value_wo_version = 1

  lifecycle {
    ignore_changes = all
  }
}

resource "aws_ssm_parameter" "flag" {
  for_each = {
    manual-messages = "Whether users may create messages and run schedules by hand."
    notifications   = "Whether pushes are sent. While it is off, they are held."
  }

  name        = "${local.parameter_prefix}/flags/${each.key}"
  description = each.value
  type        = "String"
  value       = "on"

  lifecycle {
    ignore_changes = all
  }
}
