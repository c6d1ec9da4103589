variable "allow" {
  description = "Permissions besides writing the function's own logs. The key is the reason in PascalCase. `only_if` maps condition keys to values, of which one must match."
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

variable "common" {
  description = "Values that all functions of a stage share: its name, the bucket and the local folder of the packages, environment variables, log_days (days), and tracing: \"Active\" samples traces, \"PassThrough\" follows the caller."
  type = object({
    stage       = string
    artefacts   = string
    dist_dir    = string
    environment = map(string)
    log_days    = number
    tracing     = string
  })

  validation {
    condition     = contains(["Active", "PassThrough"], var.common.tracing)
    error_message = "common.tracing must be Active or PassThrough."
  }
}

variable "consumes" {
  description = "Queues that the function reads, by name: batch_size (records of a batch) and concurrency (batches at the same time; without it there is no limit)."
  type = map(object({
    arn         = string
    batch_size  = number
    concurrency = optional(number)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for queue in values(var.consumes) : queue.batch_size >= 1 && queue.batch_size <= 10])
    error_message = "batch_size must be 1 to 10: larger batches wait for records."
  }

  validation {
    condition     = alltrue([for queue in values(var.consumes) : queue.concurrency == null ? true : queue.concurrency >= 2 && queue.concurrency <= 1000])
    error_message = "concurrency must be 2 to 1000, the bounds of Lambda."
  }
}

variable "environment" {
  description = "Environment variables besides those of common. Names and ARNs only; secrets are in SSM."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "name" {
  description = "The function's folder under handlers/, e.g. \"notification\"."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z-]{1,30}$", var.name))
    error_message = "name must be 2-31 lower-case letters and hyphens, like the folder."
  }
}

variable "tuning" {
  description = "Size and limits: memory_mb (MB), timeout_s (seconds)."
  type = object({
    memory_mb = optional(number, 512)
    timeout_s = optional(number, 10)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.tuning.timeout_s >= 1 && var.tuning.timeout_s <= 900
    error_message = "tuning.timeout_s must be 1 to 900, the bounds of Lambda."
  }

  validation {
    condition     = var.tuning.memory_mb >= 256 && var.tuning.memory_mb <= 10240
    error_message = "tuning.memory_mb must be 256 to 10240: below, a cold start is slower and costs more."
  }
}
