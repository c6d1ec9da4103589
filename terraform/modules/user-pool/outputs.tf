output "client_id" {
  description = "Id of the public client."
  value       = aws_cognito_user_pool_client.this.id
}

output "id" {
  description = "Id of the pool."
  value       = aws_cognito_user_pool.this.id
}

output "issuer" {
  description = "Who signs the pool's tokens: their claim iss."
  value       = "${local.host}/${aws_cognito_user_pool.this.id}"
}

output "jwks_url" {
  description = "Where the keys are that tokens are verified with."
  value       = "${var.local_endpoint == "" ? local.host : var.local_endpoint}/${aws_cognito_user_pool.this.id}/.well-known/jwks.json"
}

output "login_url" {
  description = "Base address of the sign-in pages and of the token endpoint, without a slash at its end."
  value       = var.local_endpoint == "" ? "https://${aws_cognito_user_pool_domain.this.domain}.auth.${var.place.region}.amazoncognito.com" : var.local_endpoint
}

output "redirect_uris" {
  description = "Where the sign-in pages may return to."
  value       = aws_cognito_user_pool_client.this.callback_urls
}
