output "alias_arn" {
  description = "ARN of the alias `live`; event sources and schedules call this."
  value       = aws_lambda_alias.live.arn
}

output "alias_invoke_arn" {
  description = "ARN with which API Gateway calls the alias `live`."
  value       = aws_lambda_alias.live.invoke_arn
}

output "alias_name" {
  description = "Qualifier for permissions on the alias."
  value       = aws_lambda_alias.live.name
}

output "name" {
  description = "Deployed function name, \"rez-agent-<name>-<stage>\"."
  value       = aws_lambda_function.this.function_name
}
