mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
}

variables {
  name = "notification"

  common = {
    stage       = "dev"
    artefacts   = "artefacts"
    dist_dir    = "tests/fixtures"
    environment = { STAGE = "dev" }
    log_days    = 7
    tracing     = "PassThrough"
  }
}

run "names_resources_by_function_and_stage" {
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
    error_message = "functions must run Node 22 on arm64"
  }

  assert {
    condition     = aws_lambda_function.this.memory_size == 512 && aws_lambda_function.this.timeout == 10
    error_message = "a function must have 512 MB and 10 seconds by default"
  }

  assert {
    condition     = aws_s3_object.this.key == "notification/${filesha256("tests/fixtures/notification.zip")}.zip"
    error_message = "the key of the package must contain its digest"
  }

  assert {
    condition     = aws_cloudwatch_log_group.this.retention_in_days == 7
    error_message = "logs must be kept for common.log_days"
  }

  assert {
    condition     = aws_lambda_function.this.publish && aws_lambda_alias.live.name == "live"
    error_message = "every deployment must publish a version, and the alias must be live"
  }
}

run "traces_and_may_send_traces_only_while_tracing_is_active" {
  command = plan

  variables {
    common = {
      stage       = "dev"
      artefacts   = "artefacts"
      dist_dir    = "tests/fixtures"
      environment = { STAGE = "dev" }
      log_days    = 7
      tracing     = "Active"
    }
  }

  assert {
    condition     = aws_lambda_function.this.tracing_config[0].mode == "Active"
    error_message = "the tracing mode must be common.tracing"
  }

  assert {
    condition     = length([for statement in data.aws_iam_policy_document.this.statement : statement if statement.sid == "SendTraces"]) == 1
    error_message = "with active tracing, the role must be allowed to send traces"
  }
}

run "may_only_write_its_logs_by_default" {
  command = plan

  assert {
    condition     = [for statement in data.aws_iam_policy_document.this.statement : statement.sid] == ["WriteOwnLogs"]
    error_message = "without allow and tracing the role may write its logs and nothing else"
  }
}

run "adds_its_own_variables_to_the_common_ones" {
  command = plan

  variables {
    environment = { MESSAGES_TABLE = "rez-agent-messages-dev" }
  }

  assert {
    condition     = aws_lambda_function.this.environment[0].variables == tomap({ STAGE = "dev", MESSAGES_TABLE = "rez-agent-messages-dev" })
    error_message = "the environment must contain the variables of common and of the function"
  }
}

run "reads_no_queue_by_default" {
  command = plan

  assert {
    condition     = length(aws_lambda_event_source_mapping.this) == 0
    error_message = "a function without consumes must have no event source"
  }
}

run "reads_its_queues_and_may_read_no_other" {
  command = plan

  variables {
    consumes = {
      notifications = { arn = "arn:aws:sqs:us-east-1:000000000000:one", batch_size = 10, concurrency = 2 }
      fires         = { arn = "arn:aws:sqs:us-east-1:000000000000:two", batch_size = 1 }
    }
  }

  assert {
    condition = { for name, mapping in aws_lambda_event_source_mapping.this : name => [mapping.event_source_arn, mapping.batch_size] } == {
      notifications = ["arn:aws:sqs:us-east-1:000000000000:one", 10]
      fires         = ["arn:aws:sqs:us-east-1:000000000000:two", 1]
    }
    error_message = "each queue must have its mapping with its batch size"
  }

  assert {
    condition     = alltrue([for mapping in aws_lambda_event_source_mapping.this : mapping.function_response_types == toset(["ReportBatchItemFailures"])])
    error_message = "each mapping must report batch item failures (F10)"
  }

  assert {
    condition     = one(aws_lambda_event_source_mapping.this["notifications"].scaling_config).maximum_concurrency == 2
    error_message = "the concurrency of a queue must reach its mapping"
  }

  assert {
    condition     = length(aws_lambda_event_source_mapping.this["fires"].scaling_config) == 0
    error_message = "without a concurrency, there must be no scaling_config"
  }

  assert {
    condition = [for statement in data.aws_iam_policy_document.this.statement : [toset(statement.actions), toset(statement.resources)] if statement.sid == "ReadQueues"] == [[
      toset(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]),
      toset(["arn:aws:sqs:us-east-1:000000000000:one", "arn:aws:sqs:us-east-1:000000000000:two"]),
    ]]
    error_message = "the role must be allowed to read these queues, and no other"
  }
}

run "refuses_a_batch_of_more_than_ten_records" {
  command = plan

  variables {
    consumes = { fires = { arn = "arn:aws:sqs:us-east-1:000000000000:two", batch_size = 11 } }
  }

  expect_failures = [var.consumes]
}

run "refuses_a_concurrency_that_lambda_refuses" {
  command = plan

  variables {
    consumes = { fires = { arn = "arn:aws:sqs:us-east-1:000000000000:two", batch_size = 10, concurrency = 1 } }
  }

  expect_failures = [var.consumes]
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
    error_message = "the statement must have its condition"
  }
}

run "refuses_a_timeout_that_lambda_refuses" {
  command = plan

  variables {
    tuning = { timeout_s = 901 }
  }

  expect_failures = [var.tuning]
}

run "refuses_less_than_256_mb" {
  command = plan

  variables {
    tuning = { memory_mb = 255 }
  }

  expect_failures = [var.tuning]
}

run "refuses_an_invalid_statement_id" {
  command = plan

  variables {
    allow = { "read things" = { actions = ["s3:GetObject"], resources = ["arn:aws:s3:::one/two"] } }
  }

  expect_failures = [var.allow]
}

run "refuses_a_tracing_mode_that_lambda_refuses" {
  command = plan

  variables {
    common = {
      stage       = "dev"
      artefacts   = "artefacts"
      dist_dir    = "tests/fixtures"
      environment = { STAGE = "dev" }
      log_days    = 7
      tracing     = "Sometimes"
    }
  }

  expect_failures = [var.common]
}

run "accepts_the_smallest_values" {
  command = plan

  variables {
    tuning   = { timeout_s = 1, memory_mb = 256 }
    consumes = { fires = { arn = "arn:aws:sqs:us-east-1:000000000000:two", batch_size = 1, concurrency = 2 } }
  }

  assert {
    condition = (
      [aws_lambda_function.this.timeout, aws_lambda_function.this.memory_size] == [1, 256]
      && aws_lambda_event_source_mapping.this["fires"].batch_size == 1
      && one(aws_lambda_event_source_mapping.this["fires"].scaling_config).maximum_concurrency == 2
    )
    error_message = "the smallest values of Lambda must be possible"
  }

  assert {
    condition     = length([for statement in data.aws_iam_policy_document.this.statement : statement if statement.sid == "ReadQueues"]) == 1
    error_message = "a function with one queue must be allowed to read it"
  }
}

run "refuses_a_concurrency_above_that_of_lambda" {
  command = plan

  variables {
    consumes = { fires = { arn = "arn:aws:sqs:us-east-1:000000000000:two", batch_size = 10, concurrency = 1001 } }
  }

  expect_failures = [var.consumes]
}

run "refuses_an_empty_batch" {
  command = plan

  variables {
    consumes = { fires = { arn = "arn:aws:sqs:us-east-1:000000000000:two", batch_size = 0 } }
  }

  expect_failures = [var.consumes]
}

run "refuses_no_time" {
  command = plan

  variables {
    tuning = { timeout_s = 0 }
  }

  expect_failures = [var.tuning]
}

run "refuses_more_than_10240_mb" {
  command = plan

  variables {
    tuning = { memory_mb = 10241 }
  }

  expect_failures = [var.tuning]
}

run "refuses_a_name_of_32_letters" {
  command = plan

  variables {
    name = "notifications-of-everybody-there"
  }

  expect_failures = [var.name]
}

run "refuses_a_name_of_one_letter" {
  command = plan

  variables {
    name = "n"
  }

  expect_failures = [var.name]
}
