variable "local_endpoint" {
  description = "Address of the local AWS, which serves pages and keys and does not rotate tokens. Empty in AWS."
  type        = string
  default     = ""
  nullable    = false
}

variable "place" {
  description = "Account, region and partition, from which addresses are built."
  type        = object({ account_id = string, region = string, partition = string })
}

variable "protect_data" {
  description = "Whether the pool has deletion protection."
  type        = bool
}

variable "redirect_uris" {
  description = "Addresses to which the sign-in pages may return, exact."
  type        = list(string)

  validation {
    condition     = length(var.redirect_uris) > 0
    error_message = "redirect_uris must have at least one address: without any, nobody can return from the sign-in pages."
  }

  validation {
    condition = alltrue([
      for uri in var.redirect_uris : can(regex("^(https://[a-z0-9.-]+(:[0-9]+)?|http://localhost(:[0-9]+)?)(/[A-Za-z0-9._~/-]*)?$", uri))
    ])
    error_message = "redirect_uris are exact https addresses, or http on localhost; without *, query and fragment."
  }
}

variable "stage" {
  description = "Deployment stage; part of every resource name."
  type        = string
}
