output "app" {
  description = "Names and addresses of the deployment."
  value       = module.app
}
