# Terraform creates each parameter with its first value and then ignores changes. Operators change the values in SSM.
locals {
  parameter_prefix = "/rez-agent/${var.stage}"
  parameter_arn    = "arn:${local.aws_location.partition}:ssm:${local.aws_location.region}:${local.aws_location.account_id}:parameter${local.parameter_prefix}"

  # The deployment script writes these parameters if they are missing. They are not resources of Terraform.
  cursor_key_arn = "${local.parameter_arn}/cursor-key"
  oauth_key_arn  = "${local.parameter_arn}/oauth-key"

  # Operators write these parameters. They are not resources of Terraform, because they have no value at first.
  action_parameter_arns = [for name in ["contact", "courses", "home", "services"] : "${local.parameter_arn}/${name}"]
  policy_arn            = "${local.parameter_arn}/policy"
  mcp_clients_arn       = "${local.parameter_arn}/mcp-clients"

  flag_arns = [for flag in values(aws_ssm_parameter.flag) : flag.arn]

  # Allows decrypting a SecureString, only with the key of the account for SSM, and only through SSM.
  decrypt_parameters = {
    actions   = ["kms:Decrypt"]
    resources = ["arn:${local.aws_location.partition}:kms:${local.aws_location.region}:${local.aws_location.account_id}:key/*"]
    only_if = {
      "kms:ViaService"      = ["ssm.${local.aws_location.region}.amazonaws.com"]
      "kms:ResourceAliases" = ["alias/aws/ssm"]
    }
  }
}

resource "aws_ssm_parameter" "ntfy_url" {
  name             = "${local.parameter_prefix}/ntfy-url"
  description      = "URL of the ntfy topic that receives the pushes."
  type             = "SecureString"
  value_wo         = var.ntfy_url
  value_wo_version = 1

  lifecycle {
    ignore_changes = all
  }
}

resource "aws_ssm_parameter" "ntfy_token" {
  name             = "${local.parameter_prefix}/ntfy-token"
  description      = "Access token of the ntfy server, or \"none\"."
  type             = "SecureString"
  value_wo         = "none"
  value_wo_version = 1

  lifecycle {
    ignore_changes = all
  }
}

resource "aws_ssm_parameter" "flag" {
  for_each = {
    dry-run         = { value = var.dry_run ? "on" : "off", description = "Whether web actions that cannot be undone only report what they would do." }
    manual-messages = { value = "on", description = "Whether users may create messages and run schedules by hand." }
    notifications   = { value = "on", description = "Whether pushes are sent. While it is off, they are held." }
    web-actions     = { value = "on", description = "Whether web actions call services. While it is off, they are held." }
  }

  name        = "${local.parameter_prefix}/flags/${each.key}"
  description = each.value.description
  type        = "String"
  value       = each.value.value

  lifecycle {
    ignore_changes = all
  }
}
