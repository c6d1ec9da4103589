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
    defaults = { id = "eu-central-1" }
  }
}

# The address of the API is known only after it exists, and the dashboard contains its id.
override_module {
  target          = module.api
  override_during = plan
  outputs         = { id = "an-api-id", endpoint = "https://api.example.org" }
}

variables {
  stage           = "dev"
  allowed_origins = []
  redirect_uris   = []
  log_days        = 7
  dry_run         = true
  protect_data    = false
  throttle_rps    = 100
  ntfy_url        = "https://ntfy.example.org/topic"
}

run "names_the_runbook_in_each_alarm" {
  command = plan

  assert {
    condition     = alltrue([for name, alarm in aws_cloudwatch_metric_alarm.this : endswith(alarm.alarm_description, ". Runbook: docs/runbooks/${name}.md")])
    error_message = "each description must end with the runbook"
  }
}

run "names_the_published_runbook_in_each_alarm" {
  command = plan

  variables {
    runbook_url = "https://wiki.example.org/runbooks"
  }

  assert {
    condition     = alltrue([for name, alarm in aws_cloudwatch_metric_alarm.this : endswith(alarm.alarm_description, " Runbook: https://wiki.example.org/runbooks/${name}.md")])
    error_message = "each description must end with the address of the runbook"
  }
}

run "refuses_a_runbook_url_without_tls" {
  command = plan

  variables {
    runbook_url = "http://wiki.example.org/runbooks"
  }

  expect_failures = [var.runbook_url]
}

run "has_the_extra_alarms_that_are_billed" {
  command = plan

  variables {
    features = { extra_alarms = true }
  }

  # severity, statistics, threshold, periods
  assert {
    condition = { for name, alarm in aws_cloudwatch_metric_alarm.this : name => [
      local.alarms[name].severity,
      [for query in alarm.metric_query : "${query.metric[0].metric_name} ${query.metric[0].stat} ${try(query.metric[0].dimensions.QueueName, "")}" if length(query.metric) > 0],
      alarm.threshold,
      alarm.evaluation_periods,
      ] if can(local.alarms[name].extra) } == {
      api-latency = ["warning", ["Latency p95 "], 500, 3]
      wake-ups-old = ["warning", [
        "ApproximateAgeOfOldestMessage Maximum rez-agent-fires-dev",
        "ApproximateAgeOfOldestMessage Maximum rez-agent-messages-dev",
        "ApproximateAgeOfOldestMessage Maximum rez-agent-notifications-dev",
        "ApproximateAgeOfOldestMessage Maximum rez-agent-schedule-creation-dev",
        "ApproximateAgeOfOldestMessage Maximum rez-agent-web-actions-dev",
      ], 300, 1]
      queues-deep = ["warning", [
        "ApproximateNumberOfMessagesVisible Maximum rez-agent-fires-dev",
        "ApproximateNumberOfMessagesVisible Maximum rez-agent-messages-dev",
        "ApproximateNumberOfMessagesVisible Maximum rez-agent-schedule-creation-dev",
        "ApproximateNumberOfMessagesVisible Maximum rez-agent-web-actions-dev",
      ], 100, 1]
    }
    error_message = "each extra alarm must have this severity, metric, threshold and number of periods"
  }

  assert {
    condition = alltrue([for name in ["wake-ups-old", "queues-deep"] :
      [for query in aws_cloudwatch_metric_alarm.this[name].metric_query : query.expression if query.id == "condition"] == ["MAX(METRICS())"]
    ])
    error_message = "an alarm over several queues must look at the worst one"
  }
}

run "sends_alarms_to_their_targets" {
  command = plan

  variables {
    alert_targets = {
      critical = { emails = ["night@example.org"], https = ["https://events.example.org/integration/key/enqueue"] }
      info     = { emails = ["night@example.org"] }
    }
  }

  assert {
    condition = { for name, target in aws_sns_topic_subscription.alerts : name => target.protocol } == {
      "critical night@example.org"                                  = "email"
      "critical https://events.example.org/integration/key/enqueue" = "https"
      "info night@example.org"                                      = "email"
    }
    error_message = "each target must subscribe to the topic of its severity"
  }
}

run "refuses_a_target_of_an_unknown_severity" {
  command = plan

  variables {
    alert_targets = { urgent = { emails = ["night@example.org"] } }
  }

  expect_failures = [var.alert_targets]
}

run "refuses_a_target_without_tls" {
  command = plan

  variables {
    alert_targets = { critical = { https = ["http://events.example.org/key"] } }
  }

  expect_failures = [var.alert_targets]
}

run "refuses_a_target_that_is_no_address" {
  command = plan

  variables {
    alert_targets = { critical = { emails = ["nobody"] } }
  }

  expect_failures = [var.alert_targets]
}

run "has_a_dashboard_of_twelve_widgets_that_is_not_billed" {
  command = plan

  assert {
    condition     = aws_cloudwatch_dashboard.overview["this"].dashboard_name == "rez-agent-dev-overview"
    error_message = "the dashboard must be rez-agent-<stage>-overview"
  }

  assert {
    condition = (
      length(local.dashboard.widgets) == 12
      && length(toset([for widget in local.dashboard.widgets : "${widget.x} ${widget.y}"])) == 12
      && alltrue([for widget in local.dashboard.widgets : contains([0, 8, 16], widget.x) && contains([0, 6, 12, 18], widget.y) && widget.width == 8 && widget.height == 6])
    )
    error_message = "the widgets must fill a grid of three columns and four rows"
  }

  assert {
    condition     = sum([for widget in local.widgets : length(try(widget.metrics, []))]) <= 50
    error_message = "a dashboard with more than 50 metrics is billed"
  }

  assert {
    condition     = alltrue([for widget in local.dashboard.widgets : widget.properties.region == "eu-central-1"])
    error_message = "each widget must show the region of the stage"
  }

  assert {
    condition     = alltrue([for widget in local.dashboard.widgets : widget.properties.period == 300 if widget.type == "metric"])
    error_message = "each graph must have the period of the alarms"
  }
}

run "saves_queries_over_the_logs_of_all_functions" {
  command = plan

  assert {
    condition = (
      toset([for query in aws_cloudwatch_query_definition.this : query.name]) == toset([for name in keys(local.queries) : "rez-agent-dev/${name}"])
      && alltrue([for query in aws_cloudwatch_query_definition.this : contains(query.log_group_names, "/aws/lambda/rez-agent-web-api-dev") && length(query.log_group_names) == length(local.function_names)])
    )
    error_message = "each query must search the logs of all functions"
  }
}

run "traces_through_topics" {
  command = plan

  assert {
    condition = (
      alltrue([for topic in aws_sns_topic.this : topic.tracing_config == "Active"])
      && aws_xray_resource_policy.topics["this"].policy_name == "rez-agent-topics-dev"
    )
    error_message = "topics must pass traces on, and be allowed to"
  }

  assert {
    condition = (
      one(data.aws_iam_policy_document.traces_of_topics.statement).actions == toset(["xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:PutTraceSegments"])
      && toset([for condition in one(data.aws_iam_policy_document.traces_of_topics.statement).condition : condition.variable]) == toset(["aws:SourceAccount", "aws:SourceArn"])
    )
    error_message = "only topics of this account must be allowed to send segments"
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

run "refuses_a_retention_that_cloudwatch_does_not_have" {
  command = plan

  variables {
    log_days = 8
  }

  expect_failures = [var.log_days]
}
