# What must exist before the first deployment of a stage: the bucket of its state, and the roles of its workflows. An
# administrator of the account applies it once with `make bootstrap`.
data "aws_caller_identity" "this" {}
data "aws_partition" "this" {}

locals {
  account_id = data.aws_caller_identity.this.account_id
  partition  = data.aws_partition.this.partition

  # None of these names matches rez-agent-*-<stage>, which are the roles that a deployment may change.
  role_names    = { deploy = "rez-agent-${var.stage}-deploy", drift = "rez-agent-${var.stage}-drift" }
  boundary_name = "rez-agent-${var.stage}-boundary"
  boundary_arn  = "arn:${local.partition}:iam::${local.account_id}:policy/${local.boundary_name}"

  # Beginnings of ARNs of this account and region.
  here = {
    for service in ["cloudwatch", "cognito-idp", "dynamodb", "kms", "lambda", "logs", "scheduler", "secretsmanager", "sns", "sqs", "ssm"] :
    service => "arn:${local.partition}:${service}:${var.region}:${local.account_id}"
  }

  role_arns       = ["arn:${local.partition}:iam::${local.account_id}:role/rez-agent-*-${var.stage}"]
  log_group_arns  = ["${local.here.logs}:log-group:/aws/lambda/rez-agent-*-${var.stage}:*", "${local.here.logs}:log-group:/aws/vendedlogs/rez-agent-*-${var.stage}:*"]
  function_arns   = ["${local.here.lambda}:function:rez-agent-*-${var.stage}", "${local.here.lambda}:function:rez-agent-*-${var.stage}:*"]
  table_arns      = ["${local.here.dynamodb}:table/rez-agent-*-${var.stage}", "${local.here.dynamodb}:table/rez-agent-*-${var.stage}/index/*"]
  topic_arns      = ["${local.here.sns}:rez-agent-*-${var.stage}", "${local.here.sns}:rez-agent-*-${var.stage}:*"]
  queue_arns      = ["${local.here.sqs}:rez-agent-*-${var.stage}"]
  parameter_arns  = ["${local.here.ssm}:parameter/rez-agent/${var.stage}/*"]
  secret_arns     = ["${local.here.secretsmanager}:secret:rez-agent/*-${var.stage}-??????"]
  schedule_arns   = ["${local.here.scheduler}:schedule/rez-agent-${var.stage}/*", "${local.here.scheduler}:schedule/default/rez-agent-sweeper-${var.stage}", "${local.here.scheduler}:schedule-group/rez-agent-${var.stage}"]
  state_arn       = "arn:${local.partition}:s3:::${var.state_bucket}"
  packages_bucket = "arn:${local.partition}:s3:::rez-agent-artefacts-${var.stage}-${local.account_id}"
}
