locals {
  issuer       = "token.actions.githubusercontent.com"
  provider_arn = "arn:${local.partition}:iam::${local.account_id}:oidc-provider/${local.issuer}"
}

resource "aws_iam_openid_connect_provider" "github" {
  for_each = toset(var.oidc_provider_exists ? [] : ["github"])

  url            = "https://${local.issuer}"
  client_id_list = ["sts.amazonaws.com"]
}

# StringEquals, because a pattern would also accept the token of another repository or environment.
data "aws_iam_policy_document" "trust" {
  for_each = local.role_names

  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = [local.provider_arn]
    }

    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:aud"
      values   = ["sts.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:sub"
      values   = [var.subjects[each.key]]
    }
  }
}

resource "aws_iam_role" "ci" {
  for_each = local.role_names

  name                 = each.value
  description          = each.key == "deploy" ? "Deploys stage ${var.stage} from GitHub." : "Compares stage ${var.stage} with its code, and changes nothing."
  assume_role_policy   = data.aws_iam_policy_document.trust[each.key].json
  max_session_duration = 3600

  depends_on = [aws_iam_openid_connect_provider.github]
}

resource "aws_iam_role_policy" "ci" {
  for_each = { deploy = data.aws_iam_policy_document.deploy.json, drift = data.aws_iam_policy_document.drift.json }

  name   = "allow"
  role   = aws_iam_role.ci[each.key].id
  policy = each.value
}
