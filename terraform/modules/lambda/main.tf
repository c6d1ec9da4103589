locals {
  full_name = "rez-agent-${var.name}-${var.common.stage}"
  zip       = "${var.common.dist_dir}/${var.name}.zip"
  digest    = filesha256(local.zip)
}

# Without this resource, Lambda creates a log group that keeps logs forever.
resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/lambda/${local.full_name}"
  retention_in_days = var.common.log_days
}

# The key contains the digest, so that the same code has the same key on every machine.
resource "aws_s3_object" "this" {
  bucket = var.common.artefacts
  key    = "${var.name}/${local.digest}.zip"
  source = local.zip

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_lambda_function" "this" {
  function_name    = local.full_name
  role             = aws_iam_role.this.arn
  s3_bucket        = aws_s3_object.this.bucket
  s3_key           = aws_s3_object.this.key
  source_code_hash = filebase64sha256(local.zip)
  publish          = true
  runtime          = "nodejs22.x"
  architectures    = ["arm64"]
  handler          = "index.handler"
  memory_size      = var.tuning.memory_mb
  timeout          = var.tuning.timeout_s

  environment {
    variables = merge(var.common.environment, var.environment)
  }

  tracing_config {
    mode = var.common.tracing
  }

  depends_on = [aws_cloudwatch_log_group.this, aws_iam_role_policy.this]
}

# Every caller uses this alias. Terraform creates it at the first version and never moves it: `make deploy` first probes the
# new versions of all functions, then moves all aliases together. A later apply must not undo a rollback.
resource "aws_lambda_alias" "live" {
  name             = "live"
  function_name    = aws_lambda_function.this.function_name
  function_version = aws_lambda_function.this.version

  lifecycle {
    ignore_changes = [function_version]
  }
}

resource "aws_lambda_event_source_mapping" "this" {
  for_each = var.consumes

  event_source_arn        = each.value.arn
  function_name           = aws_lambda_alias.live.arn
  batch_size              = each.value.batch_size
  function_response_types = ["ReportBatchItemFailures"]

  dynamic "scaling_config" {
    for_each = each.value.concurrency == null ? [] : [each.value.concurrency]

    content {
      maximum_concurrency = scaling_config.value
    }
  }
}
