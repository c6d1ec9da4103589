variable "allow" {
  description = "Permissions besides those for logs, traces and queues, by statement id. only_if has the allowed values of each condition key."
  type = map(object({
    actions   = list(string)
    resources = list(string)
    only_if   = optional(map(list(string)), {})
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for sid in keys(var.allow) : can(regex("^[A-Z][A-Za-z0-9]+$", sid))])
    error_message = "keys of allow must be PascalCase, because they are statement ids."
  }
}

variable "common" {
  description = "Values that all functions of a stage share: the stage, the bucket and the local folder of the packages, environment variables, log_days (retention of logs, days), tracing (Active, or PassThrough), and permissions_boundary (ARN of a policy that limits the role)."
  type = object({
    stage                = string
    artefacts            = string
    dist_dir             = string
    environment          = map(string)
    log_days             = number
    tracing              = string
    permissions_boundary = optional(string)
  })

  validation {
    condition     = contains(["Active", "PassThrough"], var.common.tracing)
    error_message = "common.tracing must be Active or PassThrough."
  }
}

variable "consumes" {
  description = "Queues that the function reads, by name: batch_size (maximum records per batch) and concurrency (maximum concurrency; no limit if it is not set)."
  type = map(object({
    arn         = string
    batch_size  = number
    concurrency = optional(number)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for queue in values(var.consumes) : queue.batch_size >= 1 && queue.batch_size <= 10])
    error_message = "batch_size must be 1 to 10, because larger batches need a batching window."
  }

  validation {
    condition     = alltrue([for queue in values(var.consumes) : queue.concurrency == null ? true : queue.concurrency >= 2 && queue.concurrency <= 1000])
    error_message = "concurrency must be 2 to 1000, the bounds of Lambda."
  }
}

variable "environment" {
  description = "Environment variables besides those of common. They must not contain secrets, which are in SSM."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "name" {
  description = "Folder of the function under handlers/, e.g. \"notification\"."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z-]+$", var.name)) && length(var.name) <= 31
    error_message = "name must be 2-31 lower-case letters and hyphens."
  }
}

variable "tuning" {
  description = "Memory size (MB) and timeout (seconds)."
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
    error_message = "tuning.memory_mb must be 256 to 10240. With less memory, a cold start takes longer and costs more."
  }
}
