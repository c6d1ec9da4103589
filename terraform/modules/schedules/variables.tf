variable "place" {
  description = "Account, region and partition, from which ARNs are built."
  type        = object({ account_id = string, region = string, partition = string })
}

variable "stage" {
  description = "Deployment stage; part of every resource name."
  type        = string
}

variable "target_arn" {
  description = "ARN of the one queue that schedules may send to."
  type        = string
}
