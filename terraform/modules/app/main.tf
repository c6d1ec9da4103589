data "aws_caller_identity" "this" {}
data "aws_partition" "this" {}
data "aws_region" "this" {}

locals {
  aws_location = {
    account_id = data.aws_caller_identity.this.account_id
    region     = data.aws_region.this.id
    partition  = data.aws_partition.this.partition
  }

  # The address of the API does not depend on its routes and functions, so functions can have it as a variable. Do not use
  # it in cors_configuration: that is part of the API, and the dependency would be circular.
  public_url = coalesce(var.public_url, module.api.endpoint)

  # The last address is the page of the dashboard that completes a sign-in.
  redirect_uris = concat(var.redirect_uris, ["${local.public_url}/callback"])

  # Values that all functions share.
  common = {
    stage     = var.stage
    artefacts = aws_s3_bucket.artefacts.id
    dist_dir  = var.dist_dir
    log_days  = var.log_days
    tracing   = var.features.tracing ? "Active" : "PassThrough"

    environment = {
      STAGE     = var.stage
      LOG_LEVEL = var.log_level
      VERSION   = var.release
    }
  }

  # Variables of the functions that work on messages.
  messages_environment = {
    DETAILED_METRICS = var.detailed_metrics ? "on" : "off"
    MESSAGES_TABLE   = module.table["messages"].name
    METRICS_TABLE    = module.table["metrics"].name
  }
}

# The reservoir is 0, because a reservoir samples one request per second before the percentage applies. For a small team,
# that is nearly every request.
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
