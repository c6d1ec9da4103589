output "api" {
  description = "The HTTP API: its id and its base address."
  value       = { id = module.api.id, endpoint = module.api.endpoint }
}

output "mcp_url" {
  description = "Address of the MCP server, for assistants."
  value       = "${local.public_url}/mcp"
}

output "public_url" {
  description = "Base address of the API, the pages and the links."
  value       = local.public_url
}

output "queues" {
  description = "URL and dead-letter queue URL of each queue, by name."
  value = merge(
    { for name, queue in module.queue : name => { url = queue.url, dlq_url = queue.dlq_url } },
    { fires = { url = module.fires.url, dlq_url = module.fires.dlq_url } },
  )
}

output "schedules" {
  description = "Group and dead-letter queue URL of the schedules."
  value       = { group = module.schedules.group, dlq_url = module.schedules.dlq_url }
}

output "tables" {
  description = "Deployed name of each table, by its short name."
  value       = { for name, table in module.table : name => table.name }
}

output "topics" {
  description = "ARN of each topic, by name."
  value       = { for name, topic in aws_sns_topic.this : name => topic.arn }
}

output "users" {
  description = "The user pool: its id, the id of the public client of the API, and the base address of the sign-in pages."
  value       = { id = module.user_pool.id, client_id = module.user_pool.client_id, login_url = module.user_pool.login_url }
}
