variable "hash_key" {
  description = "Partition key; a string."
  type        = string
}

variable "indexes" {
  description = "Global indexes by name, KEYS_ONLY: a list fetches its rows in batches."
  type        = map(object({ hash_key = string, range_key = optional(string) }))
  default     = {}
  nullable    = false
}

variable "name" {
  description = "What the table holds, e.g. \"messages\"."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z-]{1,30}$", var.name))
    error_message = "name must be 2-31 lower-case letters and hyphens."
  }
}

variable "protect" {
  description = "Whether the table keeps point-in-time backups and refuses to be deleted."
  type        = bool
}

variable "range_key" {
  description = "Sort key; a string. None when absent."
  type        = string
  default     = null
}

variable "stage" {
  description = "Deployment stage; part of every resource name."
  type        = string
}
