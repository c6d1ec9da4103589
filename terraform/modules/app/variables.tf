variable "alert_targets" {
  description = "Who gets the alarms of a severity: e-mail addresses, such as that of a Slack channel, and https addresses of services that confirm a subscription, such as PagerDuty's for CloudWatch. The severity info gets the ends of alarms."
  type = map(object({
    emails = optional(list(string), [])
    https  = optional(list(string), [])
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for severity in keys(var.alert_targets) : contains(["critical", "warning", "info"], severity)])
    error_message = "alert_targets may have the keys critical, warning and info."
  }

  validation {
    condition     = alltrue(flatten([for targets in values(var.alert_targets) : [for email in targets.emails : can(regex("^[^@\\s]+@[^@\\s]+$", email))]]))
    error_message = "alert_targets.emails must be e-mail addresses."
  }

  validation {
    condition     = alltrue(flatten([for targets in values(var.alert_targets) : [for url in targets.https : can(regex("^https://[^/\\s]+/\\S*$", url))]]))
    error_message = "alert_targets.https must be addresses that begin with https://."
  }
}

variable "allowed_origins" {
  description = "Exact browser origins that may read responses of the API."
  type        = list(string)
}

variable "budget" {
  description = "Monthly budget of the account in USD, and the address that gets a mail at 80 percent and when the forecast exceeds the budget. Without an address there is no budget."
  type = object({
    usd   = optional(number, 10)
    email = optional(string, "")
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.budget.usd > 0
    error_message = "budget.usd must be more than 0."
  }

  validation {
    condition     = var.budget.email == "" || can(regex("^[^@\\s]+@[^@\\s]+$", var.budget.email))
    error_message = "budget.email must be an e-mail address, or empty."
  }
}

variable "daily_hello" {
  description = "When the schedule daily-hello fires: an EventBridge expression and an IANA time zone."
  type = object({
    expression = optional(string, "cron(0 12 * * ? *)")
    timezone   = optional(string, "UTC")
  })
  default  = {}
  nullable = false

  validation {
    condition     = can(regex("^(cron|rate)\\(.+\\)$", var.daily_hello.expression))
    error_message = "daily_hello.expression must be cron(…) or rate(…)."
  }
}

variable "detailed_metrics" {
  description = "Whether metrics have more dimensions, and whether the metrics of requests, latency and drift are written. CloudWatch bills each of them."
  type        = bool
  default     = false
}

variable "dist_dir" {
  description = "Folder with the packages that `make build` writes."
  type        = string
}

variable "dry_run" {
  description = "First value of the flag dry-run: whether web actions that cannot be undone only report what they would do. Operators change the flag later."
  type        = bool
}

variable "features" {
  description = "Features that can be switched: alarms with their topics and the dashboard, more alarms that are billed, the budget, and tracing by X-Ray. sampling_percent is the percentage of requests that are traced; without it there is no sampling rule."
  type = object({
    alarms           = optional(bool, true)
    extra_alarms     = optional(bool, false)
    budget           = optional(bool, true)
    tracing          = optional(bool, true)
    sampling_percent = optional(number)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.features.sampling_percent == null ? true : var.features.sampling_percent >= 0 && var.features.sampling_percent <= 100
    error_message = "features.sampling_percent must be 0 to 100."
  }
}

variable "local_endpoint" {
  description = "Address of the local AWS, which serves the sign-in pages and the keys. Only for the local stage."
  type        = string
  default     = ""

  validation {
    condition     = var.local_endpoint == "" || var.stage == "dev"
    error_message = "local_endpoint may be set in stage dev only."
  }
}

variable "local_origins" {
  description = "Comma-separated origins that may use plain http and a private address. Only for the local stage."
  type        = string
  default     = ""

  validation {
    condition     = var.local_origins == "" || var.stage == "dev"
    error_message = "local_origins may be set in stage dev only."
  }
}

variable "log_days" {
  description = "Retention of logs. Days."
  type        = number

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365], var.log_days)
    error_message = "log_days must be a retention of CloudWatch up to a year: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180 or 365."
  }
}

variable "log_level" {
  description = "Minimum level of log lines."
  type        = string
  default     = "info"

  validation {
    condition     = contains(["debug", "info", "warn", "error"], var.log_level)
    error_message = "log_level must be debug, info, warn or error."
  }
}

variable "mcp_max_wait_seconds" {
  description = "How long a tool call of an assistant waits for its message. Seconds. A waiting call occupies one of the account's concurrent executions."
  type        = number
  default     = 25

  validation {
    condition     = var.mcp_max_wait_seconds >= 1 && var.mcp_max_wait_seconds <= 25 && floor(var.mcp_max_wait_seconds) == var.mcp_max_wait_seconds
    error_message = "mcp_max_wait_seconds must be a whole number from 1 to 25, because the API responds within 30 seconds."
  }
}

variable "notification_concurrency" {
  description = "Maximum concurrency of the function notification. It limits the load on the push server."
  type        = number
  default     = 2

  validation {
    condition     = var.notification_concurrency >= 2 && var.notification_concurrency <= 1000
    error_message = "notification_concurrency must be 2 to 1000, the bounds of Lambda."
  }
}

variable "ntfy_url" {
  description = "URL of the ntfy topic that receives the pushes, used only to create the parameter. It is never in the state. Anybody who knows the URL can read the pushes."
  type        = string
  sensitive   = true
  ephemeral   = true

  validation {
    condition     = can(regex("^https?://[^/]+/[A-Za-z0-9_-]{1,64}$", var.ntfy_url))
    error_message = "ntfy_url must be the address of a topic, e.g. https://ntfy.example.org/my-topic."
  }
}

variable "permissions_boundary" {
  description = "ARN of the policy that limits every role, which make bootstrap creates. The workflows can deploy only with it. Null: no limit besides the policy of each role."
  type        = string
  default     = null
}

variable "protect_data" {
  description = "Whether tables have point-in-time recovery and deletion protection, and a removed secret can be restored."
  type        = bool
}

variable "public_url" {
  description = "Base address of the platform without a trailing slash, if it differs from that of the API: a custom domain, or the front of the local stage."
  type        = string
  default     = null

  validation {
    condition     = var.public_url == null ? true : can(regex("^(https://[a-z0-9.-]+|http://localhost)(:[0-9]+)?$", var.public_url))
    error_message = "public_url must be https without a path, or http on localhost."
  }

  validation {
    condition     = var.public_url == null ? true : startswith(var.public_url, "https://") || var.stage == "dev"
    error_message = "public_url may be http in stage dev only."
  }
}

variable "redirect_uris" {
  description = "Exact addresses to which the sign-in pages may return, besides that of the platform."
  type        = list(string)
}

variable "release" {
  description = "Deployed commit. Every log line contains it."
  type        = string
  default     = "unknown"
}

variable "runbook_url" {
  description = "Base address of the runbooks, for the descriptions of the alarms: where the folder docs/runbooks of the repository is published. By default the path in the repository."
  type        = string
  default     = null

  validation {
    condition     = var.runbook_url == null ? true : can(regex("^https://[^\\s]+[^/\\s]$", var.runbook_url))
    error_message = "runbook_url must begin with https:// and have no slash at its end."
  }
}

variable "schedule_limits" {
  description = "Maximum number of active schedules, and minimum time between two fires of a schedule in minutes."
  type = object({
    max_active           = optional(number, 100)
    min_interval_minutes = optional(number, 5)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.schedule_limits.max_active >= 1 && var.schedule_limits.max_active <= 500
    error_message = "schedule_limits.max_active must be 1 to 500, because the sweeper handles at most 1000 active and paused schedules."
  }

  validation {
    condition     = var.schedule_limits.min_interval_minutes >= 1
    error_message = "schedule_limits.min_interval_minutes must be 1 or more."
  }
}

variable "stage" {
  description = "Deployment stage; part of every resource name."
  type        = string

  validation {
    condition     = contains(["dev", "stage", "prod"], var.stage)
    error_message = "stage must be dev, stage or prod."
  }
}

variable "throttle_rps" {
  description = "Rate limit of the API. Requests per second; the burst limit is twice as high."
  type        = number
}
