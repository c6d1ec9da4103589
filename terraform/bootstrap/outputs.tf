output "deploy_role_arn" {
  description = "AWS_ROLE_ARN of the environment that deploys."
  value       = aws_iam_role.ci["deploy"].arn
}

output "drift_role_arn" {
  description = "AWS_ROLE_ARN of the environment that finds drift."
  value       = aws_iam_role.ci["drift"].arn
}

output "permissions_boundary" {
  description = "PERMISSIONS_BOUNDARY of both environments. Every role of the stage must have it."
  value       = aws_iam_policy.boundary.arn
}
