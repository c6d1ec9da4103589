# The alarms and their severities. CloudWatch bills each metric that an alarm reads; the first ten are free. Those with `extra`
# exist only with features.extra_alarms. docs/architecture/observability-monitoring.md has their prices.
locals {
  rez_agent = { namespace = "RezAgent", dimensions = { Stage = var.stage } }
  # Without dimensions, these metrics count all functions of the account in this region, including those of other stages.
  lambda = { namespace = "AWS/Lambda", dimensions = {} }

  alarms = {
    dead-letters = {
      severity    = "critical"
      description = "A dead-letter queue contains records. They could not be parsed, or the function crashed three times while it processed them, or they could not be delivered."
      threshold   = 0
      metrics     = { count = merge(local.rez_agent, { name = "DLQMessageCount", stat = "Maximum" }) }
    }
    work-overdue = {
      severity    = "critical"
      description = "A message is more than five minutes overdue, or the sweeper does not run."
      threshold   = 300
      missing     = "breaching"
      metrics     = { oldest = merge(local.rez_agent, { name = "OldestDueSeconds", stat = "Maximum" }) }
    }
    function-errors = {
      severity    = "critical"
      description = "More than 5 invocations failed in five minutes, or more than 5 percent."
      threshold   = 0
      expression  = "IF(errors > 5 OR errors > 0.05 * invocations, 1, 0)"
      metrics = {
        errors      = merge(local.lambda, { name = "Errors", stat = "Sum" })
        invocations = merge(local.lambda, { name = "Invocations", stat = "Sum" })
      }
    }
    api-errors = {
      severity    = "critical"
      description = "The API responded to more than 10 requests with 5xx in five minutes."
      threshold   = 10
      metrics = {
        responses = { namespace = "AWS/ApiGateway", dimensions = { ApiId = module.api.id }, name = "5xx", stat = "Sum" }
      }
    }
    circuit-open = {
      severity    = "warning"
      description = "The circuit breaker of a service is open. Messages that need the service are held."
      threshold   = 0.5
      metrics     = { state = merge(local.rez_agent, { name = "CircuitBreakerState", stat = "Maximum" }) }
    }
    duration = {
      severity    = "warning"
      description = "One in a hundred messages takes more than 80 percent of the shortest timeout of a consumer."
      threshold   = 0.8 * 1000 * min(values(local.topics)...)
      metrics     = { duration = merge(local.rez_agent, { name = "ProcessingDuration", stat = "p99" }) }
    }
    throttles = {
      severity    = "warning"
      description = "More than 10 invocations were throttled in five minutes, because the account has no concurrency left."
      threshold   = 10
      metrics     = { throttles = merge(local.lambda, { name = "Throttles", stat = "Sum" }) }
    }
    notification-failures = {
      severity    = "warning"
      description = "More than 10 pushes failed in five minutes."
      threshold   = 10
      metrics     = { failures = merge(local.rez_agent, { name = "NotificationsFailed", stat = "Sum" }) }
    }
    depth = {
      severity    = "warning"
      description = "More than 100 wake-ups wait in the queue notifications."
      threshold   = 100
      metrics = {
        waiting = {
          namespace  = "AWS/SQS"
          dimensions = { QueueName = "rez-agent-notifications-${var.stage}" }
          name       = "ApproximateNumberOfMessagesVisible"
          stat       = "Maximum"
        }
      }
    }
    api-latency = {
      severity    = "warning"
      description = "For 15 minutes, 5 percent of the requests took more than 500 milliseconds."
      threshold   = 500
      periods     = 3
      extra       = true
      metrics = {
        latency = { namespace = "AWS/ApiGateway", dimensions = { ApiId = module.api.id }, name = "Latency", stat = "p95" }
      }
    }
    wake-ups-old = {
      severity    = "warning"
      description = "A wake-up waits for more than five minutes in a queue."
      threshold   = 300
      expression  = "MAX(METRICS())"
      extra       = true
      metrics     = { for name in local.queue_names : replace(name, "-", "_") => merge(local.queue_metric[name], { name = "ApproximateAgeOfOldestMessage" }) }
    }
    queues-deep = {
      severity    = "warning"
      description = "More than 100 wake-ups wait in a queue other than notifications."
      threshold   = 100
      expression  = "MAX(METRICS())"
      extra       = true
      metrics     = { for name in local.queue_names : replace(name, "-", "_") => merge(local.queue_metric[name], { name = "ApproximateNumberOfMessagesVisible" }) if name != "notifications" }
    }
  }

  queue_names  = concat(keys(local.topics), ["fires"])
  queue_metric = { for name in local.queue_names : name => { namespace = "AWS/SQS", dimensions = { QueueName = "rez-agent-${name}-${var.stage}" }, stat = "Maximum" } }

  # Each description ends with the address of the runbook.
  runbooks = coalesce(var.runbook_url, "docs/runbooks")

  alert_targets = flatten([for severity, targets in var.alert_targets : concat(
    [for email in targets.emails : { severity = severity, protocol = "email", endpoint = email }],
    [for url in targets.https : { severity = severity, protocol = "https", endpoint = url }],
  )])

  # One topic for each severity. The topic info receives OK transitions.
  alerts = toset(var.features.alarms ? ["critical", "warning", "info"] : [])
}

data "aws_iam_policy_document" "alerts" {
  for_each = local.alerts

  statement {
    sid       = "AllowCloudWatchAlarms"
    actions   = ["sns:Publish"]
    resources = ["arn:${local.aws_location.partition}:sns:${local.aws_location.region}:${local.aws_location.account_id}:rez-agent-alerts-${each.key}-${var.stage}"]

    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.aws_location.account_id]
    }
  }
}

# Not encrypted, because alarms cannot use the key that AWS manages. Alarms contain no personal data.
resource "aws_sns_topic" "alerts" {
  for_each = local.alerts

  name   = "rez-agent-alerts-${each.key}-${var.stage}"
  policy = data.aws_iam_policy_document.alerts[each.key].json
}

# A target confirms its subscription itself: a person in the mail, a service by itself.
resource "aws_sns_topic_subscription" "alerts" {
  for_each = { for target in local.alert_targets : "${target.severity} ${target.endpoint}" => target if var.features.alarms }

  topic_arn = aws_sns_topic.alerts[each.value.severity].arn
  protocol  = each.value.protocol
  endpoint  = each.value.endpoint
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = { for name, alarm in local.alarms : name => alarm if var.features.alarms && (var.features.extra_alarms || !can(alarm.extra)) }

  alarm_name          = "rez-agent-${each.key}-${var.stage}"
  alarm_description   = "${each.value.description} Runbook: ${local.runbooks}/${each.key}.md"
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  evaluation_periods  = try(each.value.periods, 1)
  treat_missing_data  = try(each.value.missing, "notBreaching")
  alarm_actions       = [aws_sns_topic.alerts[each.value.severity].arn]
  ok_actions          = [aws_sns_topic.alerts["info"].arn]

  dynamic "metric_query" {
    for_each = each.value.metrics

    content {
      id          = metric_query.key
      return_data = !can(each.value.expression)

      metric {
        namespace   = metric_query.value.namespace
        metric_name = metric_query.value.name
        dimensions  = metric_query.value.dimensions
        stat        = metric_query.value.stat
        period      = 300
      }
    }
  }

  dynamic "metric_query" {
    for_each = can(each.value.expression) ? { condition = each.value.expression } : {}

    content {
      id          = metric_query.key
      expression  = metric_query.value
      label       = each.key
      return_data = true
    }
  }
}
