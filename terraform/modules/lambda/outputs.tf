output "live" {
  description = "The alias that every caller uses: its ARN, the ARN with which API Gateway calls it, and function and qualifier for permissions."
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
