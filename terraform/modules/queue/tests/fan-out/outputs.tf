output "subscriptions" {
  description = "Topic and endpoint of each subscription, by the queue."
  value       = { for name, queue in module.queue : name => queue.subscriptions }
}
