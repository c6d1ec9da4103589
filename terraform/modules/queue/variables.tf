variable "consumer_timeout_s" {
  description = "Timeout of the function that reads the queue. Seconds; the visibility timeout of the queue is six times as long."
  type        = number

  validation {
    condition     = var.consumer_timeout_s >= 1 && var.consumer_timeout_s <= 900
    error_message = "consumer_timeout_s must be 1 to 900, the bounds of Lambda."
  }
}

variable "max_receive" {
  description = "Number of receives after which a record moves to the dead-letter queue."
  type        = number
  default     = 3

  validation {
    condition     = var.max_receive >= 1 && var.max_receive <= 1000
    error_message = "max_receive must be 1 to 1000, the bounds of SQS."
  }
}

variable "name" {
  description = "Name of the queue without prefix and stage, e.g. \"notifications\"."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z-]+$", var.name))
    error_message = "name must be lower-case letters and hyphens."
  }
}

variable "aws_location" {
  description = "Account id, region and partition for ARNs."
  type        = object({ account_id = string, region = string, partition = string })
}

variable "senders" {
  description = "Names of the roles that may send to the queue."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "stage" {
  description = "Deployment stage; part of every resource name."
  type        = string
}

variable "topics" {
  description = "ARNs of the topics to which the queue is subscribed, by name, e.g. \"notifications\"."
  type        = map(string)
  default     = {}
  nullable    = false
}
