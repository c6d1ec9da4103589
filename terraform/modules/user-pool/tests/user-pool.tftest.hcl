mock_provider "aws" {}

variables {
  stage            = "dev"
  aws_location     = { account_id = "000000000000", region = "us-east-1", partition = "aws" }
  protect_data     = false
  redirect_uris    = ["https://app.example.org/callback", "http://localhost:8976/callback"]
  mcp_redirect_uri = "https://app.example.org/oauth/callback"
}

run "lets_only_an_administrator_create_users" {
  command = plan

  assert {
    condition     = aws_cognito_user_pool.this.admin_create_user_config[0].allow_admin_create_user_only
    error_message = "self sign-up must be disabled"
  }

  assert {
    condition = (
      aws_cognito_user_pool.this.name == "rez-agent-users-dev"
      && aws_cognito_user_pool.this.username_attributes == toset(["email"])
      && aws_cognito_user_pool.this.auto_verified_attributes == toset(["email"])
      && aws_cognito_user_pool.this.mfa_configuration == "OPTIONAL"
      && aws_cognito_user_pool.this.software_token_mfa_configuration[0].enabled
    )
    error_message = "users must sign in with a verified e-mail address; TOTP must be optional"
  }
}

run "requires_passwords_of_twelve_characters_of_four_kinds" {
  command = plan

  assert {
    condition = (
      aws_cognito_user_pool.this.password_policy[0].minimum_length == 12
      && aws_cognito_user_pool.this.password_policy[0].require_lowercase
      && aws_cognito_user_pool.this.password_policy[0].require_uppercase
      && aws_cognito_user_pool.this.password_policy[0].require_numbers
      && aws_cognito_user_pool.this.password_policy[0].require_symbols
    )
    error_message = "a password must have 12 characters, with upper case, lower case, a digit and a symbol"
  }
}

run "has_a_group_for_each_role" {
  command = plan

  assert {
    condition     = toset([for group in aws_cognito_user_group.this : group.name]) == toset(["viewer", "operator", "admin"])
    error_message = "there must be exactly one group for each role"
  }
}

run "has_two_public_clients_for_authorization_codes" {
  command = plan

  assert {
    condition = (
      { for key, client in aws_cognito_user_pool_client.this : key => client.name }
      == { web = "rez-agent-web-client-dev", mcp = "rez-agent-mcp-client-dev" }
    )
    error_message = "there must be exactly one client for the API and one for the MCP server"
  }

  assert {
    condition = alltrue([
      for client in aws_cognito_user_pool_client.this : (
        !client.generate_secret
        && client.allowed_oauth_flows == toset(["code"])
        && client.allowed_oauth_scopes == toset(["openid", "email", "profile"])
        && client.prevent_user_existence_errors == "ENABLED"
      )
    ])
    error_message = "a client must have no secret, use authorization codes only, and hide which users exist"
  }
}

run "returns_to_the_addresses_of_each_client_only" {
  command = plan

  assert {
    condition = (
      aws_cognito_user_pool_client.this["web"].callback_urls == toset(["https://app.example.org/callback", "http://localhost:8976/callback"])
      && aws_cognito_user_pool_client.this["mcp"].callback_urls == toset(["https://app.example.org/oauth/callback"])
      && alltrue([for client in aws_cognito_user_pool_client.this : client.logout_urls == client.callback_urls])
    )
    error_message = "the pages must return to the addresses of the client that asks, and to no address of the other one"
  }
}

run "accepts_passwords_only_at_its_pages" {
  command = plan

  assert {
    condition     = alltrue([for client in aws_cognito_user_pool_client.this : client.explicit_auth_flows == toset(["ALLOW_CUSTOM_AUTH"])])
    error_message = "the API of the pool must allow only custom authentication"
  }

  assert {
    condition     = length(aws_cognito_user_pool.this.lambda_config) == 0
    error_message = "the pool must have no triggers, so that custom authentication is impossible"
  }
}

run "issues_tokens_for_an_hour_and_rotates_refresh_tokens_of_thirty_days" {
  command = plan

  assert {
    condition = alltrue([
      for client in aws_cognito_user_pool_client.this : (
        client.access_token_validity == 1
        && client.id_token_validity == 1
        && client.token_validity_units[0].access_token == "hours"
        && client.token_validity_units[0].id_token == "hours"
        && client.refresh_token_validity == 30
        && client.token_validity_units[0].refresh_token == "days"
        && client.enable_token_revocation
        && client.refresh_token_rotation[0].feature == "ENABLED"
      )
    ])
    error_message = "access and id tokens must be valid for 1 hour, and refresh tokens for 30 days, rotated and revocable"
  }
}

run "hides_the_account_id_in_its_address" {
  command = plan

  assert {
    condition     = can(regex("^rez-agent-dev-[0-9a-f]{10}$", aws_cognito_user_pool_domain.this.domain))
    error_message = "the domain must contain a digest of the account id"
  }

  assert {
    condition     = output.login_url == "https://${aws_cognito_user_pool_domain.this.domain}.auth.us-east-1.amazoncognito.com"
    error_message = "the sign-in pages must be at the domain of the pool"
  }
}

run "has_deletion_protection_where_data_is_protected" {
  command = plan

  variables {
    protect_data = true
  }

  assert {
    condition     = aws_cognito_user_pool.this.deletion_protection == "ACTIVE"
    error_message = "with protect_data, the user pool must have deletion protection"
  }
}

run "refuses_plain_http_except_on_localhost" {
  command = plan

  variables {
    redirect_uris    = ["http://app.example.org/callback"]
    mcp_redirect_uri = "http://app.example.org/oauth/callback"
  }

  expect_failures = [var.redirect_uris, var.mcp_redirect_uri]
}

run "refuses_addresses_with_wildcards" {
  command = plan

  variables {
    redirect_uris    = ["https://*.example.org/callback"]
    mcp_redirect_uri = "https://*.example.org/oauth/callback"
  }

  expect_failures = [var.redirect_uris, var.mcp_redirect_uri]
}

run "refuses_an_empty_list_of_addresses" {
  command = plan

  variables {
    redirect_uris = []
  }

  expect_failures = [var.redirect_uris]
}
