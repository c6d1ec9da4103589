mock_provider "aws" {
  source = "./tests/mocks"
}

run "refuses_a_wait_that_is_longer_than_a_response_may_take" {
  command = plan

  variables {
    mcp_max_wait_seconds = 26
  }

  expect_failures = [var.mcp_max_wait_seconds]
}

run "refuses_an_invalid_budget_address" {
  command = plan

  variables {
    budget = { email = "no-address" }
  }

  expect_failures = [var.budget]
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

run "refuses_a_runbook_url_without_tls" {
  command = plan

  variables {
    runbook_url = "http://wiki.example.org/runbooks"
  }

  expect_failures = [var.runbook_url]
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

run "refuses_a_retention_that_cloudwatch_does_not_have" {
  command = plan

  variables {
    log_days = 8
  }

  expect_failures = [var.log_days]
}
