variable "alert_targets" {
  description = "Who gets the alarms of a severity (critical, warning, info): lists of emails and https addresses. Set it in a .auto.tfvars file, which is not committed."
  type = map(object({
    emails = optional(list(string), [])
    https  = optional(list(string), [])
  }))
  default = {}
}

variable "budget_email" {
  description = "E-mail address for notifications of the budget. Set it in a .auto.tfvars file, which is not committed."
  type        = string
  default     = ""
}

variable "dist_dir" {
  description = "Folder with the packages that `make build` writes."
  type        = string
  default     = "../../../dist"
}

variable "ntfy_url" {
  description = "URL of the ntfy topic that receives the pushes, used only to create the parameter. Set it in a .auto.tfvars file, which is not committed."
  type        = string
  sensitive   = true
  ephemeral   = true
}

variable "permissions_boundary" {
  description = "ARN of the policy that limits every role. make bootstrap creates it. Empty: no limit, and the workflows cannot deploy."
  type        = string
  default     = ""
}

variable "region" {
  description = "Region of all resources. scripts/terraform.sh sets it from AWS_REGION."
  type        = string
  default     = "us-east-1"
}

variable "release" {
  description = "Deployed commit."
  type        = string
  default     = "unknown"
}
