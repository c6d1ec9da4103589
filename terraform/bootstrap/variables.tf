variable "oidc_provider_exists" {
  description = "Whether the account already has the OIDC provider of GitHub. An account can have only one, so the second stage in an account sets this."
  type        = bool
  default     = false
}

variable "region" {
  description = "Region of the stage and of the bucket. make bootstrap sets it from AWS_REGION."
  type        = string
  default     = "us-east-1"
}

variable "stage" {
  description = "Deployment stage; part of every name."
  type        = string

  validation {
    condition     = contains(["dev", "stage", "prod"], var.stage)
    error_message = "stage must be dev, stage or prod."
  }
}

variable "state_bucket" {
  description = "Name of the bucket that keeps the state of the stage. Names of buckets are global."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.state_bucket))
    error_message = "state_bucket must be 3 to 63 lower-case letters, digits and hyphens."
  }
}

variable "subjects" {
  description = "Exact subjects of the tokens of GitHub that may assume the role that deploys, and the role that finds drift."
  type        = object({ deploy = string, drift = string })

  validation {
    condition     = alltrue([for subject in values(var.subjects) : can(regex("^repo:[^:*?]+/[^:*?]+:environment:[^:*?]+$", subject))])
    error_message = "A subject must be repo:<owner>/<name>:environment:<environment>, without a wildcard."
  }
}
