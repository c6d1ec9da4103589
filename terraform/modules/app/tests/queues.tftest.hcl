mock_provider "aws" {
  source = "./tests/mocks"
}

run "encrypts_every_topic_with_the_key_of_sns" {
  command = plan

  assert {
    condition     = length(aws_sns_topic.this) > 0 && alltrue([for topic in aws_sns_topic.this : topic.kms_master_key_id == "alias/aws/sns"])
    error_message = "every topic must be encrypted"
  }

  assert {
    condition = alltrue([for document in data.aws_iam_policy_document.topic :
      one(document.statement).effect == "Deny"
      && one(one(document.statement).condition).variable == "aws:SecureTransport"
      && tolist(one(one(document.statement).condition).values) == tolist(["false"])
    ])
    error_message = "every topic must deny calls without TLS"
  }
}
