output "live" {
  description = "The alias live: its ARN, its invoke ARN for API Gateway, and the function and qualifier for permissions."
  value = {
    arn        = aws_lambda_alias.live.arn
    invoke_arn = aws_lambda_alias.live.invoke_arn
    function   = aws_lambda_function.this.function_name
    qualifier  = aws_lambda_alias.live.name
  }
}

output "timeout_s" {
  description = "Timeout of the function. Seconds."
  value       = var.tuning.timeout_s
}
