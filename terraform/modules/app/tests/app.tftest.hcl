mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }

  mock_data "aws_caller_identity" {
    defaults = { account_id = "000000000000" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_region" {
    defaults = { id = "us-east-1" }
  }
}

variables {
  stage           = "dev"
  allowed_origins = ["http://localhost:5173"]
  redirect_uris   = ["http://localhost:8976/callback"]
  log_days        = 7
  protect_data    = false
  throttle_rps    = 100
  ntfy_url        = "https://ntfy.example.org/topic"
}

run "greets_at_noon_utc_through_the_queue_of_fires" {
  command = plan

  assert {
    condition = (
      jsondecode(aws_dynamodb_table_item.daily_hello.item).schedule_expression.S == "cron(0 12 * * ? *)"
      && jsondecode(aws_dynamodb_table_item.daily_hello.item).timezone.S == "UTC"
    )
    error_message = "daily-hello is noon, UTC, on the minute"
  }
}

run "ticks_every_minute_and_never_twice_for_one_minute" {
  command = plan

  assert {
    condition = (
      aws_scheduler_schedule.sweeper.schedule_expression == "rate(1 minute)"
      && aws_scheduler_schedule.sweeper.group_name == "default"
      && aws_scheduler_schedule.sweeper.target[0].retry_policy[0].maximum_retry_attempts == 0
      && aws_lambda_function_event_invoke_config.sweeper.maximum_retry_attempts == 0
    )
    error_message = "the sweeper ticks each minute, without retries, outside the schedules' group"
  }
}

run "samples_what_it_is_told_to_sample" {
  command = plan

  variables {
    features = { sampling_percent = 5 }
  }

  assert {
    condition     = aws_xray_sampling_rule.this["this"].fixed_rate == 0.05 && aws_xray_sampling_rule.this["this"].reservoir_size == 0 && local.common.tracing == "Active"
    error_message = "5 percent is a rate of 0.05"
  }
}

run "alarms_read_ten_metrics_at_most" {
  command = plan

  assert {
    condition = (
      length(flatten([for alarm in aws_cloudwatch_metric_alarm.this : [for query in alarm.metric_query : query if length(query.metric) > 0]])) <= 10
      && length(aws_cloudwatch_metric_alarm.this) == length(local.alarms)
    )
    error_message = "every metric that an alarm reads is billed, and ten are free"
  }

  assert {
    condition = alltrue([for alarm in aws_cloudwatch_metric_alarm.this :
      length([for query in alarm.metric_query : query if query.return_data]) == 1
    ])
    error_message = "an alarm judges exactly one value"
  }

  assert {
    condition     = [for name, alarm in aws_cloudwatch_metric_alarm.this : name if alarm.treat_missing_data == "breaching"] == ["work-overdue"]
    error_message = "only what the sweeper measures every minute is missed when it is missing"
  }

  assert {
    condition     = alltrue([for timeout_s in values(local.topics) : aws_cloudwatch_metric_alarm.this["duration"].threshold <= 0.8 * 1000 * timeout_s])
    error_message = "a consumer could come close to its timeout without an alarm"
  }

  assert {
    condition     = keys(aws_sns_topic.alerts) == ["critical", "info", "warning"]
    error_message = "three topics"
  }
}

run "watches_the_bill_for_an_address" {
  command = plan

  variables {
    budget = { email = "bill@example.org" }
  }

  assert {
    condition = (
      aws_budgets_budget.this["this"].limit_amount == "10"
      && aws_budgets_budget.this["this"].limit_unit == "USD"
      && aws_budgets_budget.this["this"].time_unit == "MONTHLY"
      && length(aws_budgets_budget.this["this"].cost_filter) == 0
    )
    error_message = "ten dollars a month for the whole account"
  }

  assert {
    condition = { for one in aws_budgets_budget.this["this"].notification : one.notification_type => [one.threshold, one.threshold_type, one.subscriber_email_addresses] } == {
      ACTUAL     = [80, "PERCENTAGE", toset(["bill@example.org"])]
      FORECASTED = [100, "PERCENTAGE", toset(["bill@example.org"])]
    }
    error_message = "a mail at 80 percent, and when more than all of it is forecast"
  }
}

run "has_no_budget_that_nobody_hears_of" {
  command = plan

  assert {
    condition     = length(aws_budgets_budget.this) == 0
    error_message = "without an address there is no budget"
  }
}

run "refuses_an_address_that_is_none" {
  command = plan

  variables {
    budget = { email = "nobody" }
  }

  expect_failures = [var.budget]
}

run "leaves_out_what_the_local_aws_cannot" {
  command = plan

  variables {
    budget   = { email = "bill@example.org" }
    features = { alarms = false, budget = false, tracing = false }
  }

  assert {
    condition     = length(aws_budgets_budget.this) == 0
    error_message = "without budgets there is none"
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.this) == 0 && length(aws_sns_topic.alerts) == 0
    error_message = "without alarms there is nothing that they would tell"
  }

  assert {
    condition     = length(aws_xray_sampling_rule.this) == 0 && local.common.tracing == "PassThrough"
    error_message = "without tracing there is no rule and no active tracer"
  }
}

run "has_no_plain_origins_outside_dev" {
  command = plan

  variables {
    stage         = "prod"
    local_origins = "http://127.0.0.1:9999"
  }

  expect_failures = [var.local_origins]
}

run "has_no_local_aws_outside_dev" {
  command = plan

  variables {
    stage          = "prod"
    local_endpoint = "http://127.0.0.1:9998"
  }

  expect_failures = [var.local_endpoint]
}

run "refuses_a_push_address_without_topic" {
  command = plan

  variables {
    ntfy_url = "https://ntfy.example.org"
  }

  expect_failures = [var.ntfy_url]
}

run "refuses_a_stage_nobody_knows" {
  command = plan

  variables {
    stage = "qa"
  }

  expect_failures = [var.stage]
}

run "is_at_the_address_that_it_is_given" {
  command = plan

  variables {
    public_url = "https://rez.example.org"
  }

  assert {
    condition     = output.public_url == "https://rez.example.org" && local.redirect_uris == ["http://localhost:8976/callback", "https://rez.example.org/callback"]
    error_message = "a domain that leads to the API replaces its own address everywhere"
  }
}

run "takes_no_address_with_a_path" {
  command = plan

  variables {
    public_url = "https://rez.example.org/"
  }

  expect_failures = [var.public_url]
}

run "takes_plain_http_on_localhost_alone" {
  command = plan

  variables {
    public_url = "http://rez.example.org"
  }

  expect_failures = [var.public_url]
}

run "takes_plain_http_in_dev_alone" {
  command = plan

  variables {
    stage      = "prod"
    public_url = "http://localhost:7070"
  }

  expect_failures = [var.public_url]
}
