output "group_arn" {
  description = "ARN of the schedule group."
  value       = local.group_arn
}

output "schedules_arn" {
  description = "Prefix of the ARNs of the schedules of the group."
  value       = local.schedules_arn
}

output "group" {
  description = "Name of the schedule group."
  value       = aws_scheduler_schedule_group.this.name
}

output "role_arn" {
  description = "ARN of the role that the schedules use."
  value       = aws_iam_role.this.arn
}

output "dlq_arn" {
  description = "ARN of the dead-letter queue of the schedules."
  value       = aws_sqs_queue.dlq.arn
}

output "dlq_url" {
  description = "URL of the dead-letter queue of the schedules."
  value       = aws_sqs_queue.dlq.url
}
