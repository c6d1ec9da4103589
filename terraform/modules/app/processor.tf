module "processor" {
  source = "../lambda"

  name      = "processor"
  stage     = var.stage
  artefacts = aws_s3_bucket.artefacts.id
  dist_dir  = var.dist_dir
  tuning    = { timeout_s = local.timeouts_s.processor, log_days = var.log_days }
  tracing   = local.tracing

  environment = merge(local.environment, {
    MESSAGES_TABLE          = module.messages.name
    METRICS_TABLE           = module.metrics.name
    MESSAGES_TOPIC_ARN      = aws_sns_topic.this["messages"].arn
    NOTIFICATIONS_TOPIC_ARN = aws_sns_topic.this["notifications"].arn
  })

  allow = {
    TakeFromQueue = {
      actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
      resources = [module.queue["messages"].arn]
    }
    MoveMessagesAndPutChildren = {
      actions   = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
      resources = [module.messages.arn]
    }
    CountTheDay = {
      actions   = ["dynamodb:Query"]
      resources = [module.messages.index_arns["status-created_date-index"]]
    }
    ReadWhatWasCounted = {
      actions   = ["dynamodb:BatchGetItem"]
      resources = [module.messages.arn]
    }
    CountMessages = {
      actions   = ["dynamodb:UpdateItem"]
      resources = [module.metrics.arn]
    }
    ConnectToTheBusInInit = {
      actions   = ["sns:GetTopicAttributes"]
      resources = [aws_sns_topic.this["messages"].arn]
    }
    WakeConsumers = {
      actions   = ["sns:Publish"]
      resources = [aws_sns_topic.this["messages"].arn, aws_sns_topic.this["notifications"].arn]
    }
  }
}

resource "aws_lambda_event_source_mapping" "processor" {
  event_source_arn        = module.queue["messages"].arn
  function_name           = module.processor.alias_arn
  batch_size              = 10
  function_response_types = ["ReportBatchItemFailures"]
}
