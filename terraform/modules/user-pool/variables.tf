variable "local_endpoint" {
  description = "Address of the local AWS, which serves the sign-in pages and the keys and does not rotate tokens. Empty in AWS."
  type        = string
  default     = ""
  nullable    = false
}

variable "aws_location" {
  description = "Account id, region and partition for addresses."
  type        = object({ account_id = string, region = string, partition = string })
}

variable "mcp_redirect_uri" {
  description = "Exact address of the platform to which the sign-in pages return for an assistant."
  type        = string

  validation {
    condition     = can(regex("^(https://[a-z0-9.-]+|http://localhost)(:[0-9]+)?/[A-Za-z0-9._~/-]+$", var.mcp_redirect_uri))
    error_message = "mcp_redirect_uri must be an exact https address, or http on localhost, without *, query and fragment."
  }
}

variable "protect_data" {
  description = "Whether the pool has deletion protection."
  type        = bool
}

variable "redirect_uris" {
  description = "Exact addresses to which the sign-in pages may return."
  type        = list(string)

  validation {
    condition     = length(var.redirect_uris) > 0
    error_message = "redirect_uris must have at least one address, because nobody could sign in without one."
  }

  validation {
    condition = alltrue([
      for uri in var.redirect_uris : can(regex("^(https://[a-z0-9.-]+(:[0-9]+)?|http://localhost(:[0-9]+)?)(/[A-Za-z0-9._~/-]*)?$", uri))
    ])
    error_message = "redirect_uris must be exact https addresses, or http on localhost, without *, query and fragment."
  }
}

variable "stage" {
  description = "Deployment stage; part of every resource name."
  type        = string
}
