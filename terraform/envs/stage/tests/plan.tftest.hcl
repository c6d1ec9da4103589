# Uses the real provider without an account, because it rejects invalid names and values that a mock accepts.
provider "aws" {
  region                      = "us-east-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

override_data {
  target = module.app.data.aws_caller_identity.this
  values = { account_id = "000000000000" }
}

variables {
  ntfy_url = "https://ntfy.example.org/topic"
}

run "plans_without_an_account" {
  command = plan

  assert {
    condition     = output.app.tables.messages == "rez-agent-messages-stage"
    error_message = "the name of a table must be rez-agent-<table>-<stage>"
  }
}
