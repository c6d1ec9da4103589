mock_provider "aws" {
  source = "./tests/mocks"
}

run "samples_the_given_percentage_of_requests" {
  command = plan

  variables {
    features = { sampling_percent = 5 }
  }

  assert {
    condition     = aws_xray_sampling_rule.this["this"].fixed_rate == 0.05 && aws_xray_sampling_rule.this["this"].reservoir_size == 0 && local.common.tracing == "Active"
    error_message = "5 percent must be a rate of 0.05, without a reservoir"
  }
}

run "traces_through_topics" {
  command = plan

  assert {
    condition = (
      alltrue([for topic in aws_sns_topic.this : topic.tracing_config == "Active"])
      && aws_xray_resource_policy.topics["this"].policy_name == "rez-agent-topics-dev"
    )
    error_message = "topics must pass traces on, and be allowed to"
  }

  assert {
    condition = (
      one(data.aws_iam_policy_document.traces_of_topics.statement).actions == toset(["xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:PutTraceSegments"])
      && toset([for condition in one(data.aws_iam_policy_document.traces_of_topics.statement).condition : condition.variable]) == toset(["aws:SourceAccount", "aws:SourceArn"])
    )
    error_message = "only topics of this account must be allowed to send segments"
  }
}
