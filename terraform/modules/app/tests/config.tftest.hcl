mock_provider "aws" {
  source = "./tests/mocks"
}

run "creates_the_flag_dry_run_as_the_stage_says" {
  command = plan

  assert {
    condition     = nonsensitive(aws_ssm_parameter.flag["dry-run"].value) == "on"
    error_message = "with dry_run, the flag must be on"
  }
}

run "creates_the_flag_dry_run_off_without_changing_the_other_flags" {
  command = plan

  variables {
    dry_run = false
  }

  assert {
    condition = (
      nonsensitive(aws_ssm_parameter.flag["dry-run"].value) == "off"
      && nonsensitive(aws_ssm_parameter.flag["web-actions"].value) == "on"
    )
    error_message = "without dry_run, only that flag must be off"
  }
}
