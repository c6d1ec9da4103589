# Terraform creates the name of a secret and never its value. People set the value with `make secret`.
resource "aws_secretsmanager_secret" "golf_credentials" {
  name        = "rez-agent/golf/credentials-${var.stage}"
  description = "Account at the golf courses. make secret NAME=golf/credentials STAGE=${var.stage} sets it."

  # A stage without protected data can be removed and created again at once.
  recovery_window_in_days = var.protect_data ? 30 : 0
}

locals {
  # Allows reading the secrets of outside services. `make secret` creates those of endpoints, so their names are not known
  # here. AWS appends a hyphen and six characters to the name in the ARN.
  read_secrets = {
    actions = ["secretsmanager:GetSecretValue"]
    resources = [
      aws_secretsmanager_secret.golf_credentials.arn,
      "arn:${local.aws_location.partition}:secretsmanager:${local.aws_location.region}:${local.aws_location.account_id}:secret:rez-agent/http/*-${var.stage}-??????",
    ]
  }

  # Allows asking whether these secrets have a value, without reading it.
  describe_secrets = {
    actions   = ["secretsmanager:DescribeSecret"]
    resources = local.read_secrets.resources
  }
}
