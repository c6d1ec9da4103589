mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
}

variables {
  stage        = "dev"
  aws_location = { account_id = "000000000000", region = "us-east-1", partition = "aws" }
  target_arn   = "arn:aws:sqs:us-east-1:000000000000:rez-agent-fires-dev"
}

run "may_send_only_to_the_target_and_the_dead_letter_queue" {
  command = plan

  assert {
    condition = [for statement in data.aws_iam_policy_document.this.statement : [tolist(statement.actions), tolist(statement.resources)]] == [
      [tolist(["sqs:SendMessage"]), tolist(["arn:aws:sqs:us-east-1:000000000000:rez-agent-fires-dev"])],
      [tolist(["sqs:SendMessage"]), tolist(["arn:aws:sqs:us-east-1:000000000000:rez-agent-schedules-dlq-dev"])],
    ]
    error_message = "the role must be allowed to send to these two queues, and nothing else"
  }
}

run "is_assumed_only_for_schedules_of_its_own_group" {
  command = plan

  assert {
    condition = { for condition in one(data.aws_iam_policy_document.assume.statement).condition : condition.variable => one(condition.values) } == {
      "aws:SourceAccount" = "000000000000"
      "aws:SourceArn"     = "arn:aws:scheduler:us-east-1:000000000000:schedule-group/rez-agent-dev"
    }
    error_message = "the role must be limited to the schedule group"
  }
}

run "has_the_names_and_the_policy_that_its_role_contains" {
  command = plan

  assert {
    condition     = aws_scheduler_schedule_group.this.name == "rez-agent-dev" && aws_sqs_queue.dlq.name == "rez-agent-schedules-dlq-dev"
    error_message = "the group and the dead-letter queue must have the names that the role contains"
  }

  assert {
    condition     = aws_sqs_queue.dlq.policy == data.aws_iam_policy_document.dlq.json
    error_message = "the dead-letter queue must have its policy"
  }

  assert {
    condition = (
      one(data.aws_iam_policy_document.dlq.statement).effect == "Deny"
      && one(one(data.aws_iam_policy_document.dlq.statement).condition).variable == "aws:SecureTransport"
      && tolist(one(one(data.aws_iam_policy_document.dlq.statement).condition).values) == tolist(["false"])
    )
    error_message = "the dead-letter queue must refuse calls without TLS"
  }
}

run "keeps_dead_letters_encrypted_for_two_weeks" {
  command = plan

  assert {
    condition     = aws_sqs_queue.dlq.message_retention_seconds == 1209600 && aws_sqs_queue.dlq.sqs_managed_sse_enabled
    error_message = "the dead-letter queue must keep records 14 days and be encrypted"
  }
}
