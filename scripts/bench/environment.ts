const ACCOUNT = '000000000000';

/** What the functions read while they load, as Terraform sets it in the stage dev. */
export const ENVIRONMENT = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'key',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_SESSION_TOKEN: 'session',
  AWS_LAMBDA_FUNCTION_NAME: 'rez-agent-bench-dev',
  STAGE: 'dev',
  LOG_LEVEL: 'info',
  VERSION: 'bench',
  DETAILED_METRICS: 'off',
  MESSAGES_TABLE: 'rez-agent-messages-dev',
  BREAKERS_TABLE: 'rez-agent-circuit-breaker-dev',
  METRICS_TABLE: 'rez-agent-metrics-dev',
  IDEMPOTENCY_TABLE: 'rez-agent-idempotency-dev',
  SCHEDULES_TABLE: 'rez-agent-schedules-dev',
  SCHEDULE_GROUP_ARN: 'arn:aws:scheduler:us-east-1:000000000000:schedule-group/rez-agent-dev',
  FIRES_QUEUE_ARN: 'arn:aws:sqs:us-east-1:000000000000:rez-agent-fires-dev',
  SCHEDULES_ROLE_ARN: 'arn:aws:iam::000000000000:role/rez-agent-schedules-dev',
  SCHEDULES_DLQ_ARN: 'arn:aws:sqs:us-east-1:000000000000:rez-agent-schedules-dlq-dev',
  MESSAGES_TOPIC_ARN: `arn:aws:sns:us-east-1:${ACCOUNT}:rez-agent-messages-dev`,
  NOTIFICATIONS_TOPIC_ARN: `arn:aws:sns:us-east-1:${ACCOUNT}:rez-agent-notifications-dev`,
  SCHEDULE_CREATION_TOPIC_ARN: `arn:aws:sns:us-east-1:${ACCOUNT}:rez-agent-schedule-creation-dev`,
  DEAD_LETTER_QUEUES: '[]',
  HTTP_MAX_RETRIES: '3',
  HTTP_TIMEOUT_MS: '10000',
  ALLOWED_ORIGINS: 'https://dashboard.example.com',
  USER_POOL_ISSUER: 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Pool1',
  USER_POOL_CLIENT_ID: 'client1',
  JWKS_URL: 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Pool1/.well-known/jwks.json',
  LOGIN_URL: 'https://login.example.com',
  REDIRECT_URIS: 'https://dashboard.example.com/callback',
  LOCAL_ORIGINS: '',
} as const;

/** Set by Lambda alone: with it, a function warms up while it starts. */
export const IN_LAMBDA = { AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand' } as const;

/** The environment of a function that reaches what stands in for AWS and for the user pool. */
export const environmentAt = (
  standIn: { url: string },
  keys: { origin: string; url: string },
  certificateFile: string,
): Readonly<Record<string, string>> => ({
  ...ENVIRONMENT,
  AWS_ENDPOINT_URL: standIn.url,
  LOCAL_ORIGINS: [standIn.url, keys.origin].join(','),
  JWKS_URL: keys.url,
  NODE_EXTRA_CA_CERTS: certificateFile,
});
