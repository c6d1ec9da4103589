output "arn" {
  description = "ARN of the queue."
  value       = aws_sqs_queue.this.arn
}

output "url" {
  description = "URL of the queue."
  value       = aws_sqs_queue.this.url
}

output "dlq_arn" {
  description = "ARN of the dead-letter queue."
  value       = aws_sqs_queue.dlq.arn
}

output "dlq_url" {
  description = "URL of the dead-letter queue."
  value       = aws_sqs_queue.dlq.url
}

output "subscriptions" {
  description = "Topic ARN and queue ARN of each subscription, by the name of the topic."
  value       = { for name, subscription in aws_sns_topic_subscription.this : name => { topic = subscription.topic_arn, queue = subscription.endpoint } }
}
