import { defineConfig } from 'vitest/config';

/** The environment that modules read while they load. */
const env = {
  STAGE: 'dev',
  AWS_REGION: 'us-east-1',
  LOG_LEVEL: 'error',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  MESSAGES_TABLE: 'rez-agent-messages-dev',
  BREAKERS_TABLE: 'rez-agent-circuit-breaker-dev',
  METRICS_TABLE: 'rez-agent-metrics-dev',
  IDEMPOTENCY_TABLE: 'rez-agent-idempotency-dev',
  MESSAGES_TOPIC_ARN: 'arn:aws:sns:us-east-1:000000000000:rez-agent-messages-dev',
  NOTIFICATIONS_TOPIC_ARN: 'arn:aws:sns:us-east-1:000000000000:rez-agent-notifications-dev',
  SCHEDULE_CREATION_TOPIC_ARN: 'arn:aws:sns:us-east-1:000000000000:rez-agent-schedule-creation-dev',
  SCHEDULES_TABLE: 'rez-agent-schedules-dev',
  SCHEDULE_GROUP_ARN: 'arn:aws:scheduler:us-east-1:000000000000:schedule-group/rez-agent-dev',
  FIRES_QUEUE_ARN: 'arn:aws:sqs:us-east-1:000000000000:rez-agent-fires-dev',
  SCHEDULES_ROLE_ARN: 'arn:aws:iam::000000000000:role/rez-agent-schedules-dev',
  SCHEDULES_DLQ_ARN: 'arn:aws:sqs:us-east-1:000000000000:rez-agent-schedules-dlq-dev',
  DEAD_LETTER_QUEUES: '[]',
  USER_POOL_ISSUER: 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Pool1',
  USER_POOL_CLIENT_ID: 'client1',
  JWKS_URL: 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Pool1/.well-known/jwks.json',
  LOGIN_URL: 'https://login.example.com',
  REDIRECT_URIS: 'https://app.example/callback,http://localhost:8976/callback',
};

// biome-ignore lint/style/noDefaultExport: vitest reads the default export.
export default defineConfig({
  test: {
    root: `${import.meta.dirname}/..`,
    env,
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**'],
    // Bound what hangs; a slow machine with every core busy is no failure, so no test has a shorter one of its own.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // For what another process or the kernel does; one second of its own is not enough there.
    expect: { poll: { timeout: 30_000 } },
    // By default one core stands idle, which is half of a small machine.
    maxWorkers: '100%',
    coverage: {
      include: ['lib/**', 'middleware/**', 'handlers/**'],
      thresholds: { lines: 92 },
    },
  },
});
