data "aws_caller_identity" "this" {}
data "aws_partition" "this" {}
data "aws_region" "this" {}

locals {
  place = {
    account_id = data.aws_caller_identity.this.account_id
    region     = data.aws_region.this.id
    partition  = data.aws_partition.this.partition
  }

  tracing = var.features.tracing ? "Active" : "PassThrough"

  # Timeouts stand here because a queue's visibility follows from its consumer's. Seconds.
  timeouts_s = {
    scheduler    = 30
    processor    = 60
    notification = 60
    sweeper      = 60
    web-api      = 30
    authorizer   = 10
  }

  # What every function reads.
  environment = {
    STAGE            = var.stage
    LOG_LEVEL        = var.log_level
    VERSION          = var.release
    DETAILED_METRICS = var.detailed_metrics ? "on" : "off"
  }
}

# No reservoir: one request a second before the percentage would be nearly all that a small team ever sends.
resource "aws_xray_sampling_rule" "this" {
  for_each = var.features.sampling_percent == null ? {} : { this = var.features.sampling_percent }

  rule_name      = "rez-agent-${var.stage}"
  priority       = 1000
  version        = 1
  fixed_rate     = each.value / 100
  reservoir_size = 0
  service_name   = "rez-agent-*-${var.stage}"
  service_type   = "*"
  host           = "*"
  http_method    = "*"
  url_path       = "*"
  resource_arn   = "*"
}
