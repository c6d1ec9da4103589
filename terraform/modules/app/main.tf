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

    permissions_boundary = var.permissions_boundary

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
