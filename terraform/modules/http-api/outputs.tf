output "endpoint" {
  description = "Base address of the API without a trailing slash."
  value       = aws_apigatewayv2_api.this.api_endpoint
}

output "id" {
  description = "Id of the API."
  value       = aws_apigatewayv2_api.this.id
}
