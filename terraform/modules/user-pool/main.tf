locals {
  # The prefix must be unique among all accounts of a region. The digest hides the account id.
  domain = "rez-agent-${var.stage}-${substr(sha256(var.aws_location.account_id), 0, 10)}"
  host   = "https://cognito-idp.${var.aws_location.region}.amazonaws.com"

  # The API accepts only the tokens of the client web, and the MCP server only those of the client mcp. So the token of an
  # assistant cannot decide an approval.
  clients = {
    web = var.redirect_uris
    mcp = [var.mcp_redirect_uri]
  }

  # Cognito requires a precedence. The product reads all groups of a user.
  groups = {
    admin    = { precedence = 1, permissions = "Everything, including flags and users." }
    operator = { precedence = 2, permissions = "Read, create messages, run, pause, redrive, manage schedules." }
    viewer   = { precedence = 3, permissions = "Read." }
  }
}

resource "aws_cognito_user_pool" "this" {
  name                = "rez-agent-users-${var.stage}"
  user_pool_tier      = "ESSENTIALS"
  deletion_protection = var.protect_data ? "ACTIVE" : "INACTIVE"

  username_attributes      = ["email"]
  auto_verified_attributes = ["email"]
  mfa_configuration        = "OPTIONAL"

  username_configuration {
    case_sensitive = false
  }

  # Users cannot sign up, because every user of the pool gets valid tokens.
  admin_create_user_config {
    allow_admin_create_user_only = true
  }

  password_policy {
    minimum_length                   = 12
    require_lowercase                = true
    require_numbers                  = true
    require_symbols                  = true
    require_uppercase                = true
    temporary_password_validity_days = 7
  }

  software_token_mfa_configuration {
    enabled = true
  }

  account_recovery_setting {
    recovery_mechanism {
      name     = "verified_email"
      priority = 1
    }
  }

  user_attribute_update_settings {
    attributes_require_verification_before_update = ["email"]
  }
}

resource "aws_cognito_user_group" "this" {
  for_each = local.groups

  name         = each.key
  description  = each.value.permissions
  precedence   = each.value.precedence
  user_pool_id = aws_cognito_user_pool.this.id
}

moved {
  from = aws_cognito_user_pool_client.this
  to   = aws_cognito_user_pool_client.this["web"]
}

resource "aws_cognito_user_pool_client" "this" {
  for_each = local.clients

  name         = "rez-agent-${each.key}-client-${var.stage}"
  user_pool_id = aws_cognito_user_pool.this.id

  # The clients are public, because a browser and a command line cannot keep a secret. They use PKCE.
  generate_secret                      = false
  allowed_oauth_flows_user_pool_client = true
  allowed_oauth_flows                  = ["code"]
  allowed_oauth_scopes                 = ["email", "openid", "profile"]
  supported_identity_providers         = ["COGNITO"]
  callback_urls                        = each.value
  logout_urls                          = each.value

  # Users sign in only at the pages of the pool. Custom authentication needs Lambda triggers, and the pool has none, so the
  # API of the pool accepts no password. Without a value, Cognito would allow SRP passwords, and refreshes without rotation.
  explicit_auth_flows           = ["ALLOW_CUSTOM_AUTH"]
  prevent_user_existence_errors = "ENABLED"
  enable_token_revocation       = true

  access_token_validity  = 1
  id_token_validity      = 1
  refresh_token_validity = 30

  token_validity_units {
    access_token  = "hours"
    id_token      = "hours"
    refresh_token = "days"
  }

  # The old token stays valid for a minute, because a response can be lost and two tabs can refresh at the same time.
  dynamic "refresh_token_rotation" {
    for_each = var.local_endpoint == "" ? ["this"] : []

    content {
      feature                    = "ENABLED"
      retry_grace_period_seconds = 60
    }
  }
}

# Version 2 of the sign-in pages needs a branding, which the tested provider cannot create.
resource "aws_cognito_user_pool_domain" "this" {
  domain                = local.domain
  user_pool_id          = aws_cognito_user_pool.this.id
  managed_login_version = 1
}
