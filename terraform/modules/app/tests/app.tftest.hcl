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
  dry_run         = true
  protect_data    = false
  throttle_rps    = 100
  ntfy_url        = "https://ntfy.example.org/topic"
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

run "requires_the_authorizer_for_every_operation_that_is_not_public" {
  command = plan

  assert {
    condition = (
      local.routes["GET /api/me"] == { integration = "web-api", authorization = "CUSTOM" }
      && local.routes["GET /api/health"] == { integration = "web-api", authorization = "NONE" }
      && toset([for name, route in local.routes : name if route.authorization == "NONE" && route.integration == "web-api"]) == toset(concat(keys(local.public_rps), [local.other_route]))
    )
    error_message = "exactly the operations of public_rps must be public"
  }

  assert {
    condition = (
      toset([for name, route in local.routes : name if route.integration == "web-api"]) == toset(concat(local.operations, [local.other_route]))
      && length(local.operations) >= 25
    )
    error_message = "every operation of the contract must have a route"
  }
}

run "serves_the_dashboard_outside_of_the_api" {
  command = plan

  assert {
    condition = { for name, route in local.routes : name => route.authorization if route.integration == "web" } == {
      "GET /"          = "NONE"
      "HEAD /"         = "NONE"
      "GET /{proxy+}"  = "NONE"
      "HEAD /{proxy+}" = "NONE"
    }
    error_message = "the dashboard must have GET and HEAD of all paths, without a sign-in"
  }

  assert {
    condition     = local.routes["ANY /api/{proxy+}"] == { integration = "web-api", authorization = "NONE" }
    error_message = "paths below /api must stay with the API, which responds to unknown ones"
  }

  assert {
    condition     = alltrue([for route in keys(local.routes) : contains(keys(local.public_rps), route) || contains(keys(local.page_rps), route) || contains(keys(local.mcp_rps), route) || local.routes[route].authorization == "CUSTOM" || route == local.other_route])
    error_message = "every route without a sign-in must have its own rate limit"
  }
}

run "serves_the_mcp_server_and_the_sign_in_of_its_clients" {
  command = plan

  assert {
    condition = { for name, route in local.routes : name => route.authorization if route.integration == "mcp" } == {
      "ANY /mcp"                  = "NONE"
      "ANY /oauth/{proxy+}"       = "NONE"
      "ANY /.well-known/{proxy+}" = "NONE"
    }
    error_message = "the function mcp must get its paths without the authorizer, because its own 401 says where to sign in"
  }
}

run "refuses_a_wait_that_is_longer_than_a_response_may_take" {
  command = plan

  variables {
    mcp_max_wait_seconds = 26
  }

  expect_failures = [var.mcp_max_wait_seconds]
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

run "samples_the_given_percentage_of_requests" {
  command = plan

  variables {
    features = { sampling_percent = 5 }
  }

  assert {
    condition     = aws_xray_sampling_rule.this["this"].fixed_rate == 0.05 && aws_xray_sampling_rule.this["this"].reservoir_size == 0 && local.common.tracing == "Active"
    error_message = "5 percent must be a rate of 0.05, without a reservoir"
  }
}

run "encrypts_every_topic_with_the_key_of_sns" {
  command = plan

  assert {
    condition     = length(aws_sns_topic.this) > 0 && alltrue([for topic in aws_sns_topic.this : topic.kms_master_key_id == "alias/aws/sns"])
    error_message = "every topic must be encrypted"
  }

  assert {
    condition = alltrue([for document in data.aws_iam_policy_document.topic :
      one(document.statement).effect == "Deny"
      && one(one(document.statement).condition).variable == "aws:SecureTransport"
      && tolist(one(one(document.statement).condition).values) == tolist(["false"])
    ])
    error_message = "every topic must deny calls without TLS"
  }
}

run "keeps_replaced_packages_for_90_days" {
  command = plan

  assert {
    condition = (
      one(aws_s3_bucket_lifecycle_configuration.artefacts.rule).status == "Enabled"
      && one(one(aws_s3_bucket_lifecycle_configuration.artefacts.rule).noncurrent_version_expiration).noncurrent_days == 90
      && one(one(aws_s3_bucket_lifecycle_configuration.artefacts.rule).abort_incomplete_multipart_upload).days_after_initiation == 7
      && one(one(aws_s3_bucket_lifecycle_configuration.artefacts.rule).expiration).expired_object_delete_marker
    )
    error_message = "replaced packages must be kept 90 days, and incomplete uploads 7 days"
  }

  assert {
    condition = (
      one(aws_s3_bucket_versioning.artefacts.versioning_configuration).status == "Enabled"
      && one(one(aws_s3_bucket_server_side_encryption_configuration.artefacts.rule).apply_server_side_encryption_by_default).sse_algorithm == "AES256"
      && aws_s3_bucket_public_access_block.artefacts.block_public_acls
      && aws_s3_bucket_public_access_block.artefacts.block_public_policy
      && aws_s3_bucket_public_access_block.artefacts.ignore_public_acls
      && aws_s3_bucket_public_access_block.artefacts.restrict_public_buckets
    )
    error_message = "the bucket must be versioned, encrypted and not public"
  }
}

run "keeps_the_logs_of_functions_for_log_days" {
  command = plan

  assert {
    condition     = local.common.log_days == 7
    error_message = "log_days must reach every function"
  }
}

run "has_each_alarm_with_its_metric_and_threshold" {
  command = plan

  # severity, metric, statistic, threshold
  assert {
    condition = { for name, alarm in aws_cloudwatch_metric_alarm.this : name => [
      local.alarms[name].severity,
      [for query in alarm.metric_query : "${query.metric[0].namespace}/${query.metric[0].metric_name} ${query.metric[0].stat}" if length(query.metric) > 0],
      alarm.threshold,
      ] } == {
      dead-letters          = ["critical", ["RezAgent/DLQMessageCount Maximum"], 0]
      work-overdue          = ["critical", ["RezAgent/OldestDueSeconds Maximum"], 300]
      function-errors       = ["critical", ["AWS/Lambda/Errors Sum", "AWS/Lambda/Invocations Sum"], 0]
      api-errors            = ["critical", ["AWS/ApiGateway/5xx Sum"], 10]
      circuit-open          = ["warning", ["RezAgent/CircuitBreakerState Maximum"], 0.5]
      duration              = ["warning", ["RezAgent/ProcessingDuration p99"], 24000]
      throttles             = ["warning", ["AWS/Lambda/Throttles Sum"], 10]
      notification-failures = ["warning", ["RezAgent/NotificationsFailed Sum"], 10]
      depth                 = ["warning", ["AWS/SQS/ApproximateNumberOfMessagesVisible Maximum"], 100]
    }
    error_message = "each alarm must have this severity, metric and threshold"
  }

  assert {
    condition = alltrue([for alarm in aws_cloudwatch_metric_alarm.this :
      alarm.comparison_operator == "GreaterThanThreshold"
      && alarm.evaluation_periods == 1
      && alltrue([for query in alarm.metric_query : query.metric[0].period == 300 if length(query.metric) > 0])
    ])
    error_message = "an alarm must need one period of five minutes above its threshold"
  }

  assert {
    condition     = [for query in aws_cloudwatch_metric_alarm.this["function-errors"].metric_query : query.expression if query.id == "condition"] == ["IF(errors > 5 OR errors > 0.05 * invocations, 1, 0)"]
    error_message = "the alarm must need more than 5 errors, or more than 5 percent"
  }

  assert {
    condition = { for name, alarm in aws_cloudwatch_metric_alarm.this : name => [for query in alarm.metric_query : query.metric[0].dimensions if length(query.metric) > 0][0] if name != "api-errors" && !startswith(name, "function") && name != "throttles" } == {
      for name in ["dead-letters", "work-overdue", "circuit-open", "duration", "notification-failures", "depth"] :
      name => name == "depth" ? tomap({ QueueName = "rez-agent-notifications-dev" }) : tomap({ Stage = "dev" })
    }
    error_message = "each alarm must read the metric of its stage or its queue"
  }
}

run "has_alarms_on_at_most_ten_metrics" {
  command = plan

  assert {
    condition = (
      length(flatten([for alarm in aws_cloudwatch_metric_alarm.this : [for query in alarm.metric_query : query if length(query.metric) > 0]])) <= 10
      && length(aws_cloudwatch_metric_alarm.this) == 9
    )
    error_message = "alarms must read at most ten metrics, because ten are free"
  }

  assert {
    condition = alltrue([for alarm in aws_cloudwatch_metric_alarm.this :
      length([for query in alarm.metric_query : query if query.return_data]) == 1
    ])
    error_message = "an alarm must compare exactly one value"
  }

  assert {
    condition     = [for name, alarm in aws_cloudwatch_metric_alarm.this : name if alarm.treat_missing_data == "breaching"] == ["work-overdue"]
    error_message = "only the alarm work-overdue must treat missing data as breaching"
  }

  assert {
    condition     = alltrue([for timeout_s in values(local.topics) : aws_cloudwatch_metric_alarm.this["duration"].threshold <= 0.8 * 1000 * timeout_s])
    error_message = "the threshold must be at most 80 percent of the timeout of each consumer"
  }

  assert {
    condition     = keys(aws_sns_topic.alerts) == ["critical", "info", "warning"]
    error_message = "there must be three alert topics"
  }
}

run "has_a_budget_with_an_address" {
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
    error_message = "the budget must be 10 dollars per month for the whole account"
  }

  assert {
    condition = { for one in aws_budgets_budget.this["this"].notification : one.notification_type => [one.threshold, one.threshold_type, one.subscriber_email_addresses] } == {
      ACTUAL     = [80, "PERCENTAGE", toset(["bill@example.org"])]
      FORECASTED = [100, "PERCENTAGE", toset(["bill@example.org"])]
    }
    error_message = "the budget must notify at 80 percent, and when the forecast exceeds 100 percent"
  }
}

run "has_no_budget_without_an_address" {
  command = plan

  assert {
    condition     = length(aws_budgets_budget.this) == 0
    error_message = "without an address there must be no budget"
  }
}

run "refuses_an_invalid_budget_address" {
  command = plan

  variables {
    budget = { email = "no-address" }
  }

  expect_failures = [var.budget]
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

run "refuses_local_origins_outside_dev" {
  command = plan

  variables {
    stage         = "prod"
    local_origins = "http://127.0.0.1:9999"
  }

  expect_failures = [var.local_origins]
}

run "refuses_a_local_endpoint_outside_dev" {
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

run "refuses_an_unknown_stage" {
  command = plan

  variables {
    stage = "qa"
  }

  expect_failures = [var.stage]
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

run "refuses_an_address_with_a_path" {
  command = plan

  variables {
    public_url = "https://rez.example.org/"
  }

  expect_failures = [var.public_url]
}

run "allows_plain_http_only_on_localhost" {
  command = plan

  variables {
    public_url = "http://rez.example.org"
  }

  expect_failures = [var.public_url]
}

run "allows_plain_http_only_in_dev" {
  command = plan

  variables {
    stage      = "prod"
    public_url = "http://localhost:7070"
  }

  expect_failures = [var.public_url]
}
