mock_provider "aws" {
  source = "./tests/mocks"
}

run "runs_the_sweeper_every_minute_without_retries" {
  command = plan

  assert {
    condition = (
      aws_scheduler_schedule.sweeper.schedule_expression == "rate(1 minute)"
      && aws_scheduler_schedule.sweeper.group_name == "default"
      && aws_scheduler_schedule.sweeper.target[0].retry_policy[0].maximum_retry_attempts == 0
      && aws_lambda_function_event_invoke_config.sweeper.maximum_retry_attempts == 0
    )
    error_message = "the sweeper must run each minute, without retries, outside the group of the schedules"
  }
}
