mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }

  override_resource {
    target = module.queue["notifications"].aws_sqs_queue.this
    values = { arn = "arn:aws:sqs:us-east-1:000000000000:rez-agent-notifications-dev" }
  }

  override_resource {
    target = module.queue["audit"].aws_sqs_queue.this
    values = { arn = "arn:aws:sqs:us-east-1:000000000000:rez-agent-audit-dev" }
  }
}

run "feeds_several_queues_from_one_topic" {
  module {
    source = "./tests/fan-out"
  }

  assert {
    condition = { for name, subscriptions in output.subscriptions : name => subscriptions.notifications } == {
      notifications = {
        topic = "arn:aws:sns:us-east-1:000000000000:rez-agent-notifications-dev"
        queue = "arn:aws:sqs:us-east-1:000000000000:rez-agent-notifications-dev"
      }
      audit = {
        topic = "arn:aws:sns:us-east-1:000000000000:rez-agent-notifications-dev"
        queue = "arn:aws:sqs:us-east-1:000000000000:rez-agent-audit-dev"
      }
    }
    error_message = "each queue must have its own subscription to the topic"
  }
}
