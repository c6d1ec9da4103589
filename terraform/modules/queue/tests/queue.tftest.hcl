mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
}

variables {
  consumer_timeout_s = 60
  name               = "notifications"
  stage              = "dev"
  place              = { account_id = "000000000000", region = "us-east-1", partition = "aws" }
  topics             = { notifications = "arn:aws:sns:us-east-1:000000000000:rez-agent-notifications-dev" }
}

run "attaches_a_policy_to_each_queue" {
  command = plan

  assert {
    condition     = aws_sqs_queue.this.policy == data.aws_iam_policy_document.this.json && aws_sqs_queue.dlq.policy == data.aws_iam_policy_document.dlq.json
    error_message = "without its policy, a queue accepts calls without TLS and none from its topics"
  }
}

run "hides_a_message_six_times_as_long_as_its_consumer_may_run" {
  command = plan

  assert {
    condition     = aws_sqs_queue.this.visibility_timeout_seconds == 360
    error_message = "visibility must be 6 x the consumer's timeout (F17)"
  }
}

run "keeps_dead_letters_longer_than_messages" {
  command = plan

  assert {
    condition     = aws_sqs_queue.this.message_retention_seconds == 345600 && aws_sqs_queue.dlq.message_retention_seconds == 1209600
    error_message = "4 days in the queue, 14 in the dead-letter queue (F24)"
  }
}

run "knows_its_redrive_policies_at_plan" {
  command = plan

  assert {
    condition = jsondecode(aws_sqs_queue.this.redrive_policy) == {
      deadLetterTargetArn = "arn:aws:sqs:us-east-1:000000000000:rez-agent-notifications-dlq-dev"
      maxReceiveCount     = 3
    }
    error_message = "three receives, then the dead-letter queue"
  }

  assert {
    condition     = jsondecode(aws_sqs_queue.dlq.redrive_allow_policy).sourceQueueArns == ["arn:aws:sqs:us-east-1:000000000000:rez-agent-notifications-dev"]
    error_message = "only this queue may use the dead-letter queue"
  }
}

run "subscribes_raw_and_keeps_undeliverable_messages" {
  command = plan

  assert {
    condition     = aws_sns_topic_subscription.this["notifications"].raw_message_delivery
    error_message = "bodies must arrive as they were published"
  }

  assert {
    condition     = jsondecode(aws_sns_topic_subscription.this["notifications"].redrive_policy).deadLetterTargetArn == "arn:aws:sqs:us-east-1:000000000000:rez-agent-notifications-dlq-dev"
    error_message = "a subscription without redrive drops what it cannot deliver (F07)"
  }
}

run "lets_only_its_own_topics_send_to_both_queues" {
  command = plan

  assert {
    condition = alltrue([for document in data.aws_iam_policy_document.from_topics :
      one(one(document.statement).condition).variable == "aws:SourceArn"
      && tolist(one(one(document.statement).condition).values) == tolist(["arn:aws:sns:us-east-1:000000000000:rez-agent-notifications-dev"])
    ])
    error_message = "the source ARN must be the topic's (F07)"
  }
}

run "refuses_calls_without_tls" {
  command = plan

  assert {
    condition = alltrue([for document in data.aws_iam_policy_document.tls_only :
      one(document.statement).effect == "Deny" && one(one(document.statement).condition).variable == "aws:SecureTransport"
    ])
    error_message = "both queues must deny plain connections"
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
    error_message = "one subscription for each topic"
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
    error_message = "the sender must be that role"
  }

  assert {
    condition     = length(data.aws_iam_policy_document.from_topics["this"].statement) == 0
    error_message = "without topics SNS must not be allowed to send"
  }
}

run "refuses_receives_sqs_would_refuse" {
  command = plan

  variables {
    max_receive = 0
  }

  expect_failures = [var.max_receive]
}
