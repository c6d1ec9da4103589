# Uses the real provider without an account, because it rejects invalid names and values that a mock accepts.
provider "aws" {
  region                      = "eu-central-1"
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

  # The rest of the resources get their region from the same local value or from the provider.
  assert {
    condition     = can(regex("^https://rez-agent-stage-[0-9a-f]{10}\\.auth\\.eu-central-1\\.amazoncognito\\.com$", output.app.users.login_url))
    error_message = "the sign-in pages must be in the region of the stage"
  }
}
