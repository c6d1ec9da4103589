# The dashboard, from one list. CloudWatch bills a dashboard with more than 50 metrics; an account has three free ones.
locals {
  # Rows of [namespace, metric, statistic, dimensions], or of an expression over other rows.
  stage_metric    = { for name in ["MessagesCreated", "MessagesProcessed", "MessagesFailed", "NotificationsSent", "NotificationsFailed"] : name => ["RezAgent", name, "Stage", var.stage, { stat = "Sum" }] }
  stage_gauge     = { for name in ["CircuitBreakerState", "OldestDueSeconds", "DLQMessageCount"] : name => ["RezAgent", name, "Stage", var.stage, { stat = "Maximum" }] }
  gateway         = ["ApiId", module.api.id]
  function_names  = ["authorizer", "mcp", "notification", "processor", "scheduler", "sweeper", "web", "web-action", "web-api"]
  function_groups = [for name in local.function_names : "/aws/lambda/rez-agent-${name}-${var.stage}"]

  widgets = [
    { title = "Messages", metrics = [local.stage_metric["MessagesCreated"], local.stage_metric["MessagesProcessed"], local.stage_metric["MessagesFailed"]] },
    { title = "Pushes", metrics = [local.stage_metric["NotificationsSent"], local.stage_metric["NotificationsFailed"]] },
    {
      title = "Duration of processing and of pushes (ms)"
      metrics = [for pair in setproduct(["ProcessingDuration", "NotificationDuration"], ["p50", "p95"]) :
        ["RezAgent", pair[0], "Stage", var.stage, { stat = pair[1], label = "${pair[0]} ${pair[1]}" }]
      ]
    },
    {
      title = "Messages that took at most 10 s (%)"
      query = "filter msg = \"message completed\" | stats 100 * sum(duration_ms <= 10000) / count(*) as within_10_s by bin(5m)"
    },
    { title = "Worst circuit breaker (0 closed, 1 open)", metrics = [local.stage_gauge["CircuitBreakerState"]] },
    { title = "Oldest due message (s) and dead letters", metrics = [local.stage_gauge["OldestDueSeconds"], local.stage_gauge["DLQMessageCount"]] },
    { title = "Requests of the API", metrics = [for name in ["Count", "4xx", "5xx"] : concat(["AWS/ApiGateway", name], local.gateway, [{ stat = "Sum" }])] },
    { title = "Latency of the API (ms)", metrics = [for stat in ["p50", "p95", "p99"] : concat(["AWS/ApiGateway", "Latency"], local.gateway, [{ stat = stat, label = stat }])] },
    {
      title = "Functions of the account"
      metrics = concat(
        [for name in ["Invocations", "Errors", "Throttles"] : ["AWS/Lambda", name, { stat = "Sum" }]],
        [["AWS/Lambda", "Duration", { stat = "p95" }], ["AWS/Lambda", "ConcurrentExecutions", { stat = "Maximum" }]],
      )
    },
    {
      title = "Queues: wake-ups that wait, and age of the oldest (s)"
      metrics = [for pair in setproduct(["ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"], local.queue_names) :
        ["AWS/SQS", pair[0], "QueueName", "rez-agent-${pair[1]}-${var.stage}", { stat = "Maximum", label = "${pair[1]} ${pair[0] == "ApproximateAgeOfOldestMessage" ? "age" : "waiting"}" }]
      ]
    },
    {
      title = "Tables: consumed units and throttled requests"
      metrics = [for pair in setproduct(["messages", "metrics", "schedules"], ["ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits", "ThrottledRequests"]) :
        ["AWS/DynamoDB", pair[1], "TableName", module.table[pair[0]].name, { stat = "Sum", label = "${pair[0]} ${pair[1]}" }]
      ]
    },
    {
      # A day, because the windows of the objectives are longer than a graph shows. docs/operations/objectives.md measures them.
      title = "Success in a day: messages and pushes (%)"
      metrics = concat(
        [for name, id in { MessagesProcessed = "done", MessagesFailed = "failed", NotificationsSent = "sent", NotificationsFailed = "lost" } :
        ["RezAgent", name, "Stage", var.stage, { stat = "Sum", period = 86400, id = id, visible = false }]],
        [
          [{ expression = "100 * done / (done + failed)", label = "messages, objective 99.5" }],
          [{ expression = "100 * sent / (sent + lost)", label = "pushes, objective 99" }],
        ],
      )
    },
  ]

  # Three widgets per row.
  dashboard = {
    widgets = [for n, widget in local.widgets : {
      type   = can(widget.query) ? "log" : "metric"
      x      = (n % 3) * 8
      y      = floor(n / 3) * 6
      width  = 8
      height = 6
      properties = merge(
        { title = widget.title, region = local.aws_location.region },
        can(widget.query) ? { query = join(" | ", concat([for group in local.function_groups : "SOURCE '${group}'"], [widget.query])), view = "timeSeries" } : null,
        can(widget.metrics) ? { metrics = widget.metrics, view = "timeSeries", period = 300 } : null,
      )
    }]
  }

  # The saved queries of Logs Insights, over the logs of all functions.
  queries = {
    by-correlation-id      = <<-EOT
      fields @timestamp, function, level, msg, message_id, code
      | filter correlation_id = "the-correlation-id"
      | sort @timestamp
    EOT
    failures-by-code       = <<-EOT
      filter msg = "message failed"
      | stats count(*) as failures by code, message_type
      | sort failures desc
    EOT
    slowest-runs           = <<-EOT
      filter msg = "message completed"
      | sort duration_ms desc
      | display @timestamp, function, message_type, message_id, duration_ms
      | limit 20
    EOT
    history-of-one-message = <<-EOT
      fields @timestamp, function, level, msg, code, duration_ms, held_by, wait_ms
      | filter message_id = "the-message-id"
      | sort @timestamp
    EOT
  }
}

resource "aws_cloudwatch_dashboard" "overview" {
  for_each = var.features.alarms ? { this = true } : {}

  dashboard_name = "rez-agent-${var.stage}-overview"
  dashboard_body = jsonencode(local.dashboard)
}

resource "aws_cloudwatch_query_definition" "this" {
  for_each = { for name, query in local.queries : name => query if var.features.alarms }

  name            = "rez-agent-${var.stage}/${each.key}"
  log_group_names = local.function_groups
  query_string    = each.value
}
