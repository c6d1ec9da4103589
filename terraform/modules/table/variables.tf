variable "hash_key" {
  description = "Name of the partition key, a string."
  type        = string
}

variable "indexes" {
  description = "Global secondary indexes by name, with the projection KEYS_ONLY."
  type        = map(object({ hash_key = string, range_key = optional(string) }))
  default     = {}
  nullable    = false
}

variable "name" {
  description = "Name of the table without prefix and stage, e.g. \"messages\"."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z-]+$", var.name))
    error_message = "name must be lower-case letters and hyphens."
  }
}

variable "protect" {
  description = "Whether the table has point-in-time recovery and deletion protection."
  type        = bool
}

variable "range_key" {
  description = "Name of the sort key, a string. Null for a table without one."
  type        = string
  default     = null
}

variable "stage" {
  description = "Deployment stage; part of every resource name."
  type        = string
}
