mock_provider "aws" {
  source = "./tests/mocks"
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
