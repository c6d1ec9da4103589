variable "allowed_origins" {
  description = "Exact browser origins that may read responses."
  type        = list(string)

  validation {
    condition     = alltrue([for origin in var.allowed_origins : can(regex("^https?://[a-z0-9.-]+(:[0-9]+)?$", origin))])
    error_message = "allowed_origins must be exact origins such as https://example.org, without a path and without *."
  }
}

variable "authorizer" {
  description = "Lambda authorizer: the output live of the module lambda."
  type        = object({ function = string, qualifier = string, invoke_arn = string })
}

variable "default_integration" {
  description = "Integration of the route $default, which receives requests without a route."
  type        = string

  validation {
    condition     = contains(keys(var.integrations), var.default_integration)
    error_message = "default_integration must be a key of integrations."
  }
}

variable "integrations" {
  description = "Functions of the routes by name: the output live of the module lambda."
  type        = map(object({ function = string, qualifier = string, invoke_arn = string }))
}

variable "log_days" {
  description = "Retention of the access log. Days."
  type        = number
}

variable "route_rps" {
  description = "Rate limits of routes, by route key or $default. Requests per second; the burst limit is twice as high."
  type        = map(number)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key in keys(var.route_rps) : key == "$default" || contains(keys(var.routes), key)])
    error_message = "each key of route_rps must be a key of routes, or $default."
  }
}

variable "routes" {
  description = "Integration and authorization of each route, by route key. The authorization is NONE or CUSTOM (Lambda authorizer)."
  type        = map(object({ integration = string, authorization = string }))

  validation {
    condition     = alltrue([for route in values(var.routes) : contains(["NONE", "CUSTOM"], route.authorization)])
    error_message = "the authorization of a route must be NONE or CUSTOM."
  }

  validation {
    condition     = alltrue([for route in values(var.routes) : contains(keys(var.integrations), route.integration)])
    error_message = "the integration of a route must be a key of integrations."
  }

  validation {
    condition     = alltrue([for key in keys(var.routes) : can(regex("^(GET|HEAD|POST|PUT|DELETE|ANY) /", key))])
    error_message = "a route key must be a method and a path, e.g. \"GET /api/health\". The route $default always exists."
  }
}

variable "stage" {
  description = "Deployment stage; part of every resource name."
  type        = string
}

variable "throttle_rps" {
  description = "Rate limit of the stage. Requests per second; the burst limit is twice as high."
  type        = number

  validation {
    condition     = var.throttle_rps >= 1 && var.throttle_rps <= 1000
    error_message = "throttle_rps must be 1 to 1000."
  }
}
