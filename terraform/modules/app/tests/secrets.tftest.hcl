mock_provider "aws" {
  source = "./tests/mocks"
}

run "names_the_golf_secret_and_can_remove_it_at_once" {
  command = plan

  assert {
    condition = (
      aws_secretsmanager_secret.golf_credentials.name == "rez-agent/golf/credentials-dev"
      && aws_secretsmanager_secret.golf_credentials.recovery_window_in_days == 0
    )
    error_message = "without protected data, the secret must have no recovery window"
  }
}

run "keeps_a_removed_golf_secret_for_30_days_with_protect_data" {
  command = plan

  variables {
    stage        = "prod"
    protect_data = true
  }

  assert {
    condition = (
      aws_secretsmanager_secret.golf_credentials.name == "rez-agent/golf/credentials-prod"
      && aws_secretsmanager_secret.golf_credentials.recovery_window_in_days == 30
    )
    error_message = "with protected data, a removed secret must be recoverable for 30 days"
  }
}
