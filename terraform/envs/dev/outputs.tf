output "app" {
  description = "Names and addresses of what was deployed."
  value       = module.app
}
