variable "dist_dir" {
  description = "Folder that holds the packages, as `make build` writes them."
  type        = string
  default     = "../../../dist"
}

variable "local_endpoint" {
  description = "Address of the local AWS."
  type        = string
}

variable "local_origins" {
  description = "Origins of the local phone, comma-separated: plain http is accepted there."
  type        = string
}

variable "ntfy_url" {
  description = "Address of the topic on the local phone, or on a real server."
  type        = string
  sensitive   = true
  ephemeral   = true
}

variable "public_url" {
  description = "Address of the front."
  type        = string
}

variable "release" {
  description = "What the logs call this build."
  type        = string
  default     = "local"
}
