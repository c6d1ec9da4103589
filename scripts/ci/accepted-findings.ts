/** A finding of checkov that stays, with the reason. */
export interface AcceptedFinding {
  /** Id of the check. */
  check: string;
  /** Types of resources, or addresses inside of module.app. */
  resources: readonly string[];
  reason: string;
}

/** Everything that checkov finds in the plan of prod. docs/architecture/security.md has the same table. */
export const ACCEPTED_FINDINGS: readonly AcceptedFinding[] = [
  {
    check: 'CKV_AWS_18',
    resources: ['aws_s3_bucket.artefacts'],
    reason:
      'the bucket contains packages and no personal data, and logs of access would cost more than the bucket',
  },
  {
    check: 'CKV_AWS_26',
    resources: ['aws_sns_topic.alerts'],
    reason:
      'alarms contain names and numbers only, and CloudWatch cannot publish to a topic with the key of AWS for SNS',
  },
  {
    check: 'CKV_AWS_116',
    resources: ['aws_lambda_function'],
    reason:
      'it concerns asynchronous invocations, and there are none: queues have their own dead letters',
  },
  {
    check: 'CKV_AWS_117',
    resources: ['aws_lambda_function'],
    reason:
      'the functions call only AWS and public services; a VPC needs a NAT gateway, which costs more than the platform',
  },
  {
    check: 'CKV_AWS_119',
    resources: ['aws_dynamodb_table'],
    reason:
      'tables are encrypted with a key of AWS; a customer key costs a dollar a month and each request',
  },
  {
    check: 'CKV_AWS_144',
    resources: ['aws_s3_bucket.artefacts'],
    reason: 'packages are built again from the commit',
  },
  {
    check: 'CKV_AWS_145',
    resources: ['aws_s3_bucket.artefacts'],
    reason: 'the bucket is encrypted with a key of S3, and the packages are public code',
  },
  {
    check: 'CKV_AWS_149',
    resources: ['aws_secretsmanager_secret'],
    reason: 'secrets are encrypted with the key of AWS for Secrets Manager',
  },
  {
    check: 'CKV_AWS_158',
    resources: ['aws_cloudwatch_log_group'],
    reason: 'logs are encrypted with a key of AWS and contain no bodies, tokens or personal data',
  },
  {
    check: 'CKV_AWS_272',
    resources: ['aws_lambda_function'],
    reason:
      'the role of the deployment alone can change packages, and their digests are in the plan',
  },
  {
    check: 'CKV_AWS_297',
    resources: ['aws_scheduler_schedule'],
    reason: 'the input of a schedule contains an id and no secret',
  },
  {
    check: 'CKV_AWS_309',
    resources: ['aws_apigatewayv2_route'],
    reason:
      'these routes are public: see "What can be reached from outside"; a test compares the routes with the contract',
  },
  {
    check: 'CKV_AWS_337',
    resources: ['aws_ssm_parameter'],
    reason: 'the parameters are encrypted with the key of AWS for SSM',
  },
  {
    check: 'CKV_AWS_338',
    resources: ['aws_cloudwatch_log_group'],
    reason:
      'logs are kept for 30 days in prod; the rows of messages and effects are the record of what happened',
  },
  {
    check: 'CKV2_AWS_34',
    resources: ['aws_ssm_parameter.flag'],
    reason: 'flags are not secret',
  },
  {
    check: 'CKV2_AWS_57',
    resources: ['aws_secretsmanager_secret'],
    reason: 'other services issue these credentials, and AWS cannot rotate them',
  },
  {
    check: 'CKV2_AWS_62',
    resources: ['aws_s3_bucket.artefacts'],
    reason: 'nothing waits for a new package',
  },
];
