variable "dist_dir" {
  description = "Folder with the packages that `make build` writes."
  type        = string
  default     = "../../../dist"
}

variable "local_endpoint" {
  description = "Address of the local AWS."
  type        = string
}

variable "local_origins" {
  description = "Comma-separated origins of the local phone and the local services, which may use plain http."
  type        = string
}

variable "ntfy_url" {
  description = "URL of the ntfy topic, on the local phone or on a real server."
  type        = string
  sensitive   = true
  ephemeral   = true
}

variable "public_url" {
  description = "Address of the front, which serves the API and the pages on this machine."
  type        = string
}

variable "release" {
  description = "Version in log lines."
  type        = string
  default     = "local"
}
