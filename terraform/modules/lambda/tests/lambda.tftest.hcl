mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
}

variables {
  artefacts = "artefacts"
  dist_dir  = "tests/fixtures"
  name      = "notification"
  stage     = "dev"
}

run "names_everything_by_stage_and_function" {
  command = plan

  assert {
    condition = alltrue([for name in [
      aws_lambda_function.this.function_name, aws_iam_role.this.name,
      trimprefix(aws_cloudwatch_log_group.this.name, "/aws/lambda/"),
    ] : name == "rez-agent-notification-dev"])
    error_message = "function, role and log group must be called rez-agent-<name>-<stage>"
  }

  assert {
    condition     = aws_lambda_function.this.runtime == "nodejs22.x" && aws_lambda_function.this.architectures == tolist(["arm64"])
    error_message = "functions run Node 22 on arm64"
  }

  assert {
    condition     = aws_s3_object.this.key == "notification/${filesha256("tests/fixtures/notification.zip")}.zip"
    error_message = "the package's key must hold its digest"
  }

  assert {
    condition     = aws_lambda_function.this.publish && aws_lambda_alias.live.name == "live"
    error_message = "every deployment must publish a version behind the alias live"
  }
}

run "traces_only_when_told_and_may_send_only_then" {
  command = plan

  variables {
    tracing = "Active"
  }

  assert {
    condition     = aws_lambda_function.this.tracing_config[0].mode == "Active"
    error_message = "tracing must be what the variable says"
  }

  assert {
    condition     = length([for statement in data.aws_iam_policy_document.this.statement : statement if statement.sid == "SendTraces"]) == 1
    error_message = "an active tracer needs the right to send"
  }
}

run "follows_its_caller_and_may_not_send_traces_by_default" {
  command = plan

  assert {
    condition     = [for statement in data.aws_iam_policy_document.this.statement : statement.sid] == ["WriteOwnLogs"]
    error_message = "without allow and tracing the role may write its logs and nothing else"
  }
}

run "passes_allow_with_its_conditions_into_the_role" {
  command = plan

  variables {
    allow = {
      ReadConfiguration = {
        actions   = ["kms:Decrypt"]
        resources = ["arn:aws:kms:us-east-1:000000000000:key/one"]
        only_if   = { "kms:ViaService" = ["ssm.us-east-1.amazonaws.com"] }
      }
    }
  }

  assert {
    condition = [for statement in data.aws_iam_policy_document.this.statement : one(statement.condition).variable
    if statement.sid == "ReadConfiguration"] == ["kms:ViaService"]
    error_message = "the condition of an allowed call was lost"
  }
}

run "refuses_a_timeout_lambda_would_refuse" {
  command = plan

  variables {
    tuning = { timeout_s = 901 }
  }

  expect_failures = [var.tuning]
}

run "refuses_a_size_that_costs_more_than_it_saves" {
  command = plan

  variables {
    tuning = { memory_mb = 128 }
  }

  expect_failures = [var.tuning]
}

run "refuses_a_reason_that_is_no_statement_id" {
  command = plan

  variables {
    allow = { "read things" = { actions = ["s3:GetObject"], resources = ["arn:aws:s3:::one/two"] } }
  }

  expect_failures = [var.allow]
}
