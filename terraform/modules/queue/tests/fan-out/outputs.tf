output "subscriptions" {
  description = "Topic ARN and queue ARN of each subscription, by the name of the queue."
  value       = { for name, queue in module.queue : name => queue.subscriptions }
}
