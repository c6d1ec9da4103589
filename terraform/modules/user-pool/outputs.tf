output "client_id" {
  description = "Id of the public client of the dashboard, the API and scripts."
  value       = aws_cognito_user_pool_client.this["web"].id
}

output "id" {
  description = "Id of the pool."
  value       = aws_cognito_user_pool.this.id
}

output "issuer" {
  description = "Claim iss of the tokens of the pool."
  value       = "${local.host}/${aws_cognito_user_pool.this.id}"
}

output "jwks_url" {
  description = "Address of the keys that verify the tokens."
  value       = "${var.local_endpoint == "" ? local.host : var.local_endpoint}/${aws_cognito_user_pool.this.id}/.well-known/jwks.json"
}

output "login_url" {
  description = "Base address of the sign-in pages and of the token endpoint, without a trailing slash."
  value       = var.local_endpoint == "" ? "https://${aws_cognito_user_pool_domain.this.domain}.auth.${var.aws_location.region}.amazoncognito.com" : var.local_endpoint
}

output "mcp_client_id" {
  description = "Id of the public client of assistants."
  value       = aws_cognito_user_pool_client.this["mcp"].id
}

output "redirect_uris" {
  description = "Addresses to which the sign-in pages may return."
  value       = aws_cognito_user_pool_client.this["web"].callback_urls
}
