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
  description = "Origins of the local phone, comma-separated. They may use plain http."
  type        = string
}

variable "ntfy_url" {
  description = "Address of the topic on the local phone, or on a real server."
  type        = string
  sensitive   = true
  ephemeral   = true
}

variable "public_url" {
  description = "Address of the front, the one address of the platform on this machine."
  type        = string
}

variable "release" {
  description = "Version in the log lines."
  type        = string
  default     = "local"
}
