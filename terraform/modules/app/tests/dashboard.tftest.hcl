mock_provider "aws" {
  source = "./tests/mocks"
}

# The address of the API is known only after it exists, and the dashboard contains its id.
override_module {
  target          = module.api
  override_during = plan
  outputs         = { id = "an-api-id", endpoint = "https://api.example.org" }
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
