variable "aws_location" {
  description = "Account id, region and partition for ARNs."
  type        = object({ account_id = string, region = string, partition = string })
}

variable "permissions_boundary" {
  description = "ARN of a policy that limits the role. Without it, the role has no limit besides its own policy."
  type        = string
  default     = null
}

variable "stage" {
  description = "Deployment stage; part of every resource name."
  type        = string
}

variable "target_arn" {
  description = "ARN of the queue that the schedules send to."
  type        = string
}
