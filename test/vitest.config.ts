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
  DEAD_LETTER_QUEUES: '[]',
};

// biome-ignore lint/style/noDefaultExport: vitest reads the default export.
export default defineConfig({
  test: {
    root: `${import.meta.dirname}/..`,
    env,
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**'],
    testTimeout: 20_000,
    coverage: {
      include: ['lib/**', 'middleware/**', 'handlers/**'],
      thresholds: { lines: 92 },
    },
  },
});
