mock_provider "aws" {
  source = "./tests/mocks"
}

# The address of the API is known only after it exists, and the dashboard contains its id.
override_module {
  target          = module.api
  override_during = plan
  outputs         = { id = "an-api-id", endpoint = "https://api.example.org" }
}

run "keeps_the_logs_of_functions_for_log_days" {
  command = plan

  assert {
    condition     = local.common.log_days == 7
    error_message = "log_days must reach every function"
  }
}

run "has_no_features_that_are_switched_off" {
  command = plan

  variables {
    budget   = { email = "bill@example.org" }
    features = { alarms = false, budget = false, tracing = false }
  }

  assert {
    condition     = length(aws_budgets_budget.this) == 0
    error_message = "with budget off there must be no budget"
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.this) == 0 && length(aws_sns_topic.alerts) == 0
    error_message = "with alarms off there must be no alarms and no alert topics"
  }

  assert {
    condition     = length(aws_xray_sampling_rule.this) == 0 && local.common.tracing == "PassThrough"
    error_message = "with tracing off there must be no sampling rule and no active tracing"
  }
}

run "uses_public_url_as_the_address_of_the_platform" {
  command = plan

  variables {
    public_url = "https://rez.example.org"
  }

  assert {
    condition     = output.public_url == "https://rez.example.org" && local.redirect_uris == ["http://localhost:8976/callback", "https://rez.example.org/callback"]
    error_message = "public_url must replace the address of the API in outputs and redirect addresses"
  }
}

run "has_nothing_to_watch_when_it_is_switched_off" {
  command = plan

  variables {
    features      = { alarms = false, extra_alarms = true, tracing = false }
    alert_targets = { critical = { emails = ["night@example.org"] } }
  }

  assert {
    condition = (
      length(aws_cloudwatch_metric_alarm.this) == 0
      && length(aws_sns_topic_subscription.alerts) == 0
      && length(aws_cloudwatch_dashboard.overview) == 0
      && length(aws_cloudwatch_query_definition.this) == 0
      && length(aws_xray_resource_policy.topics) == 0
      && alltrue([for topic in aws_sns_topic.this : topic.tracing_config == "PassThrough"])
    )
    error_message = "without alarms and tracing, there must be nothing of them"
  }
}
