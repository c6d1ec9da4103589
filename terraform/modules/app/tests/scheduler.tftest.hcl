mock_provider "aws" {
  source = "./tests/mocks"
}

run "fires_daily_hello_at_noon_utc" {
  command = plan

  assert {
    condition = (
      jsondecode(aws_dynamodb_table_item.daily_hello.item).schedule_expression.S == "cron(0 12 * * ? *)"
      && jsondecode(aws_dynamodb_table_item.daily_hello.item).timezone.S == "UTC"
    )
    error_message = "daily-hello must fire at noon, UTC"
  }
}
