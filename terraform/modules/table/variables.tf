variable "hash_key" {
  description = "Partition key; a string."
  type        = string
}

variable "indexes" {
  description = "Global indexes by name. They are KEYS_ONLY: a list reads the rows in batches."
  type        = map(object({ hash_key = string, range_key = optional(string) }))
  default     = {}
  nullable    = false
}

variable "name" {
  description = "Name of the table without prefix and stage, e.g. \"messages\"."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z-]{1,30}$", var.name))
    error_message = "name must be 2-31 lower-case letters and hyphens."
  }
}

variable "protect" {
  description = "Whether the table has point-in-time recovery and deletion protection."
  type        = bool
}

variable "range_key" {
  description = "Sort key; a string. Without it the table has none."
  type        = string
  default     = null
}

variable "stage" {
  description = "Deployment stage; part of every resource name."
  type        = string
}
