variable "allow" {
  description = "What the function may do besides writing its own logs; the key says why, in PascalCase. `only_if` maps condition keys to the values of which one must be present."
  type = map(object({
    actions   = list(string)
    resources = list(string)
    only_if   = optional(map(list(string)), {})
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for why in keys(var.allow) : can(regex("^[A-Z][A-Za-z0-9]+$", why))])
    error_message = "keys of allow must be PascalCase: they become statement ids."
  }
}

variable "artefacts" {
  description = "Bucket for deployment packages."
  type        = string
}

variable "dist_dir" {
  description = "Folder that holds <name>.zip, as `make build` writes it."
  type        = string
}

variable "environment" {
  description = "Environment variables. Names and ARNs only; secrets live in SSM."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "name" {
  description = "The function's folder under handlers/, e.g. \"notification\"."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z-]{1,30}$", var.name))
    error_message = "name must be 2-31 lower-case letters and hyphens, as its folder is."
  }
}

variable "stage" {
  description = "Deployment stage; part of every resource name."
  type        = string
}

variable "tracing" {
  description = "\"Active\" samples traces by itself, \"PassThrough\" follows its caller's decision."
  type        = string
  default     = "PassThrough"

  validation {
    condition     = contains(["Active", "PassThrough"], var.tracing)
    error_message = "tracing must be Active or PassThrough."
  }
}

variable "tuning" {
  description = "Size and limits: memory_mb (MB), timeout_s (seconds), log_days (days)."
  type = object({
    memory_mb = optional(number, 512)
    timeout_s = optional(number, 10)
    log_days  = optional(number, 14)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.tuning.timeout_s >= 1 && var.tuning.timeout_s <= 900
    error_message = "tuning.timeout_s must be 1 to 900, Lambda's own bounds."
  }

  validation {
    condition     = var.tuning.memory_mb >= 256 && var.tuning.memory_mb <= 10240
    error_message = "tuning.memory_mb must be 256 to 10240: below, a cold start is slower and costs more."
  }
}
