variable "aws_location" {
  description = "Account id, region and partition for ARNs."
  type        = object({ account_id = string, region = string, partition = string })
}

variable "stage" {
  description = "Deployment stage; part of every resource name."
  type        = string
}

variable "target_arn" {
  description = "ARN of the queue that the schedules send to."
  type        = string
}
