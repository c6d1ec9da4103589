variable "allowed_origins" {
  description = "Browser origins that may read responses, exact."
  type        = list(string)

  validation {
    condition     = alltrue([for origin in var.allowed_origins : can(regex("^https?://[a-z0-9.-]+(:[0-9]+)?$", origin))])
    error_message = "allowed_origins are exact origins such as https://example.org, without path and without *."
  }
}

variable "authorizer" {
  description = "The function that authorizes every token, by its alias: the output live of the module lambda."
  type        = object({ function = string, qualifier = string, invoke_arn = string })
}

variable "default_integration" {
  description = "The integration for requests without a route."
  type        = string

  validation {
    condition     = contains(keys(var.integrations), var.default_integration)
    error_message = "default_integration is not in integrations."
  }
}

variable "integrations" {
  description = "The functions of the routes, by name, each by its alias: the output live of the module lambda."
  type        = map(object({ function = string, qualifier = string, invoke_arn = string }))
}

variable "log_days" {
  description = "Retention of the access log. Days."
  type        = number
}

variable "route_rps" {
  description = "Requests a second for routes with a lower limit than the stage, by route key or $default. Bursts may be twice as large."
  type        = map(number)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key in keys(var.route_rps) : key == "$default" || contains(keys(var.routes), key)])
    error_message = "route_rps names a route that is not in routes."
  }
}

variable "routes" {
  description = "The integration and the authorization of each route, by route key: NONE, or CUSTOM for the authorizer."
  type        = map(object({ integration = string, authorization = string }))

  validation {
    condition     = alltrue([for route in values(var.routes) : contains(["NONE", "CUSTOM"], route.authorization)])
    error_message = "the authorization of a route must be NONE or CUSTOM."
  }

  validation {
    condition     = alltrue([for route in values(var.routes) : contains(keys(var.integrations), route.integration)])
    error_message = "a route names an integration that is not in integrations."
  }

  validation {
    condition     = alltrue([for key in keys(var.routes) : can(regex("^(GET|POST|PUT|DELETE) /", key))])
    error_message = "a route key is a verb and a path, e.g. \"GET /api/health\"; $default exists without being listed."
  }
}

variable "stage" {
  description = "Deployment stage; part of every resource name."
  type        = string
}

variable "throttle_rps" {
  description = "Requests a second for the whole stage. Bursts may be twice as large."
  type        = number

  validation {
    condition     = var.throttle_rps >= 1 && var.throttle_rps <= 1000
    error_message = "throttle_rps must be 1 to 1000."
  }
}
