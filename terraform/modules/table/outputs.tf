output "arn" {
  description = "ARN of the table."
  value       = aws_dynamodb_table.this.arn
}

output "index_arns" {
  description = "ARN of each index, by its name."
  value       = { for name in keys(var.indexes) : name => "${aws_dynamodb_table.this.arn}/index/${name}" }
}

output "name" {
  description = "Name of the table, \"rez-agent-<name>-<stage>\"."
  value       = aws_dynamodb_table.this.name
}
