mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
}

variables {
  consumer_timeout_s = 60
  name               = "notifications"
  stage              = "dev"
  aws_location       = { account_id = "000000000000", region = "us-east-1", partition = "aws" }
  topics             = { notifications = "arn:aws:sns:us-east-1:000000000000:rez-agent-notifications-dev" }
}

run "attaches_a_policy_to_each_queue" {
  command = plan

  assert {
    condition     = aws_sqs_queue.this.policy == data.aws_iam_policy_document.this.json && aws_sqs_queue.dlq.policy == data.aws_iam_policy_document.dlq.json
    error_message = "each queue must have its policy"
  }
}

run "waits_for_records_and_has_the_names_of_its_policies" {
  command = plan

  assert {
    condition     = aws_sqs_queue.this.name == "rez-agent-notifications-dev" && aws_sqs_queue.dlq.name == "rez-agent-notifications-dlq-dev"
    error_message = "the queues must have the names that their policies contain"
  }

  assert {
    condition     = aws_sqs_queue.this.receive_wait_time_seconds == 20
    error_message = "an empty receive must wait 20 seconds, because each request is billed"
  }
}

run "has_a_visibility_timeout_of_six_times_the_timeout_of_its_consumer" {
  command = plan

  assert {
    condition     = aws_sqs_queue.this.visibility_timeout_seconds == 360
    error_message = "the visibility timeout must be 6 times the timeout of the consumer (F17)"
  }
}

run "keeps_dead_letters_longer_than_records" {
  command = plan

  assert {
    condition     = aws_sqs_queue.this.message_retention_seconds == 345600 && aws_sqs_queue.dlq.message_retention_seconds == 1209600
    error_message = "the queue must keep records 4 days, and the dead-letter queue 14 days (F24)"
  }
}

run "knows_its_redrive_policies_at_plan" {
  command = plan

  assert {
    condition = jsondecode(aws_sqs_queue.this.redrive_policy) == {
      deadLetterTargetArn = "arn:aws:sqs:us-east-1:000000000000:rez-agent-notifications-dlq-dev"
      maxReceiveCount     = 3
    }
    error_message = "a record must move to the dead-letter queue after three receives"
  }

  assert {
    condition = jsondecode(aws_sqs_queue.dlq.redrive_allow_policy) == {
      redrivePermission = "byQueue"
      sourceQueueArns   = ["arn:aws:sqs:us-east-1:000000000000:rez-agent-notifications-dev"]
    }
    error_message = "only this queue must be allowed to use the dead-letter queue"
  }
}

run "delivers_raw_messages_and_moves_undeliverable_ones_to_the_dead_letter_queue" {
  command = plan

  assert {
    condition     = aws_sns_topic_subscription.this["notifications"].raw_message_delivery
    error_message = "raw message delivery must be on"
  }

  assert {
    condition     = jsondecode(aws_sns_topic_subscription.this["notifications"].redrive_policy).deadLetterTargetArn == "arn:aws:sqs:us-east-1:000000000000:rez-agent-notifications-dlq-dev"
    error_message = "undeliverable messages must move to the dead-letter queue (F07)"
  }
}

run "lets_only_its_own_topics_send_to_both_queues" {
  command = plan

  assert {
    condition = alltrue([for document in data.aws_iam_policy_document.from_topics :
      one(one(document.statement).condition).variable == "aws:SourceArn"
      && tolist(one(one(document.statement).condition).values) == tolist(["arn:aws:sns:us-east-1:000000000000:rez-agent-notifications-dev"])
    ])
    error_message = "only the topics of the queue must be allowed to send (F07)"
  }
}

run "refuses_calls_without_tls" {
  command = plan

  assert {
    condition = alltrue([for document in data.aws_iam_policy_document.tls_only :
      one(document.statement).effect == "Deny"
      && one(one(document.statement).condition).variable == "aws:SecureTransport"
      && tolist(one(one(document.statement).condition).values) == tolist(["false"])
    ])
    error_message = "both queues must deny calls without TLS"
  }

  assert {
    condition     = aws_sqs_queue.this.sqs_managed_sse_enabled && aws_sqs_queue.dlq.sqs_managed_sse_enabled
    error_message = "both queues must be encrypted"
  }
}

run "feeds_one_queue_from_several_topics" {
  command = plan

  variables {
    topics = {
      messages      = "arn:aws:sns:us-east-1:000000000000:rez-agent-messages-dev"
      notifications = "arn:aws:sns:us-east-1:000000000000:rez-agent-notifications-dev"
    }
  }

  assert {
    condition     = length(aws_sns_topic_subscription.this) == 2
    error_message = "there must be one subscription for each topic"
  }
}

run "lets_a_role_send_to_a_queue_without_topics" {
  command = plan

  variables {
    topics      = {}
    senders     = ["rez-agent-schedules-dev"]
    max_receive = 100
  }

  assert {
    condition     = tolist(one(one(data.aws_iam_policy_document.this.statement).condition).values) == tolist(["arn:aws:iam::000000000000:role/rez-agent-schedules-dev"])
    error_message = "only that role must be allowed to send"
  }

  assert {
    condition     = length(data.aws_iam_policy_document.from_topics["this"].statement) == 0
    error_message = "without topics, the queue policy must not allow SNS"
  }
}

run "refuses_a_maximum_receive_count_that_sqs_refuses" {
  command = plan

  variables {
    max_receive = 0
  }

  expect_failures = [var.max_receive]
}

run "accepts_the_smallest_values" {
  command = plan

  variables {
    consumer_timeout_s = 1
    max_receive        = 1
  }

  assert {
    condition     = aws_sqs_queue.this.visibility_timeout_seconds == 6 && jsondecode(aws_sqs_queue.this.redrive_policy).maxReceiveCount == 1
    error_message = "the smallest values must be possible"
  }
}

run "refuses_a_receive_count_above_that_of_sqs" {
  command = plan

  variables {
    max_receive = 1001
  }

  expect_failures = [var.max_receive]
}

run "refuses_a_timeout_above_that_of_lambda" {
  command = plan

  variables {
    consumer_timeout_s = 901
  }

  expect_failures = [var.consumer_timeout_s]
}
