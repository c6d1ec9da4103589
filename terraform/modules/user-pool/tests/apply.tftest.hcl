mock_provider "aws" {
  mock_resource "aws_cognito_user_pool" {
    defaults = { id = "us-east-1_Mock00000" }
  }
}

variables {
  stage            = "dev"
  aws_location     = { account_id = "000000000000", region = "us-east-1", partition = "aws" }
  protect_data     = false
  redirect_uris    = ["http://localhost:8976/callback"]
  mcp_redirect_uri = "https://app.example.org/oauth/callback"
}

run "uses_pages_and_keys_of_the_local_aws_without_rotation" {
  variables {
    local_endpoint = "http://127.0.0.1:4566"
  }

  assert {
    condition = (
      output.login_url == "http://127.0.0.1:4566"
      && output.jwks_url == "http://127.0.0.1:4566/${output.id}/.well-known/jwks.json"
      && output.issuer == "https://cognito-idp.us-east-1.amazonaws.com/${output.id}"
      && alltrue([for client in aws_cognito_user_pool_client.this : length(client.refresh_token_rotation) == 0])
    )
    error_message = "pages and keys must come from the local AWS, with the issuer of AWS and without rotation"
  }
}
