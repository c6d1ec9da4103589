variable "budget_email" {
  description = "Address that gets a mail when the bill of the account approaches the budget. It differs by account: set it in a .auto.tfvars file that is not committed."
  type        = string
  default     = ""
}

variable "dist_dir" {
  description = "Folder with the packages that `make build` writes."
  type        = string
  default     = "../../../dist"
}

variable "ntfy_url" {
  description = "First address that pushes are sent to, with the topic. It differs by account: set it in a .auto.tfvars file that is not committed."
  type        = string
  sensitive   = true
  ephemeral   = true
}

variable "release" {
  description = "Commit that is deployed."
  type        = string
  default     = "unknown"
}
