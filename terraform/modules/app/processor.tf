module "processor" {
  source = "../lambda"

  name   = "processor"
  common = local.common
  tuning = { timeout_s = 60 }

  consumes = {
    messages = { arn = module.queue["messages"].arn, batch_size = 10 }
  }

  environment = merge(local.messages_environment, {
    MESSAGES_TOPIC_ARN      = aws_sns_topic.this["messages"].arn
    NOTIFICATIONS_TOPIC_ARN = aws_sns_topic.this["notifications"].arn
    PUBLIC_URL              = local.public_url
  })

  allow = {
    ClaimAndUpdateMessagesAndPutChildren = {
      actions   = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
      resources = [module.table["messages"].arn]
    }
    CountMessagesForDigest = {
      actions   = ["dynamodb:Query"]
      resources = [module.table["messages"].index_arns["status-created_date-index"]]
    }
    ReadMessagesForDigest = {
      actions   = ["dynamodb:BatchGetItem"]
      resources = [module.table["messages"].arn]
    }
    CountMessages = {
      actions   = ["dynamodb:UpdateItem"]
      resources = [module.table["metrics"].arn]
    }
    CheckTopicDuringInit = {
      actions   = ["sns:GetTopicAttributes"]
      resources = [aws_sns_topic.this["messages"].arn]
    }
    WakeConsumers = {
      actions   = ["sns:Publish"]
      resources = [aws_sns_topic.this["messages"].arn, aws_sns_topic.this["notifications"].arn]
    }
  }
}
