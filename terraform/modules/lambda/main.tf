locals {
  full_name = "rez-agent-${var.name}-${var.stage}"
  zip       = "${var.dist_dir}/${var.name}.zip"
  digest    = filesha256(local.zip)
}

# Declared here, not left to Lambda: a group Lambda creates by itself keeps logs forever.
resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/lambda/${local.full_name}"
  retention_in_days = var.tuning.log_days
}

# The digest in the key: the same code is the same object on every machine, other code is another.
resource "aws_s3_object" "this" {
  bucket = var.artefacts
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
    variables = var.environment
  }

  tracing_config {
    mode = var.tracing
  }

  depends_on = [aws_cloudwatch_log_group.this, aws_iam_role_policy.this]
}

# What everybody calls: moving it is a deployment, moving it back a rollback.
resource "aws_lambda_alias" "live" {
  name             = "live"
  function_name    = aws_lambda_function.this.function_name
  function_version = aws_lambda_function.this.version
}
