variable "budget_email" {
  description = "Who gets a mail when the account's bill comes near its budget. Per account: in a .auto.tfvars that is not committed."
  type        = string
  default     = ""
}

variable "dist_dir" {
  description = "Folder that holds the packages, as `make build` writes them."
  type        = string
  default     = "../../../dist"
}

variable "ntfy_url" {
  description = "First address that pushes go to, topic included. Per account: in a .auto.tfvars that is not committed."
  type        = string
  sensitive   = true
  ephemeral   = true
}

variable "release" {
  description = "Commit that is deployed."
  type        = string
  default     = "unknown"
}
