import { describe, expect, it } from 'vitest';
import { FLAG_NAMES } from '#lib/config/flags.ts';
import { environmentOf, flagsCreated, functions } from '#test/support/terraform.ts';

const EVERYWHERE = ['STAGE', 'LOG_LEVEL', 'VERSION'];
/** Of those that count; the authorizer does not. */
const COUNTING = ['DETAILED_METRICS'];

const SCHEDULES = [
  'SCHEDULES_TABLE',
  'SCHEDULE_GROUP_ARN',
  'FIRES_QUEUE_ARN',
  'SCHEDULES_ROLE_ARN',
  'SCHEDULES_DLQ_ARN',
  'MAX_ACTIVE_SCHEDULES',
];

const OWN: Readonly<Record<string, readonly string[]>> = {
  authorizer: ['JWKS_URL', 'LOCAL_ORIGINS', 'USER_POOL_CLIENT_ID', 'USER_POOL_ISSUER'],
  scheduler: [
    'MESSAGES_TABLE',
    'METRICS_TABLE',
    'SCHEDULES_TABLE',
    'MESSAGES_TOPIC_ARN',
    'NOTIFICATIONS_TOPIC_ARN',
  ],
  processor: ['MESSAGES_TABLE', 'METRICS_TABLE', 'MESSAGES_TOPIC_ARN', 'NOTIFICATIONS_TOPIC_ARN'],
  notification: [
    'MESSAGES_TABLE',
    'METRICS_TABLE',
    'BREAKERS_TABLE',
    'HTTP_MAX_RETRIES',
    'HTTP_TIMEOUT_MS',
    'LOCAL_ORIGINS',
  ],
  sweeper: [
    'MESSAGES_TABLE',
    'METRICS_TABLE',
    'BREAKERS_TABLE',
    'MESSAGES_TOPIC_ARN',
    'NOTIFICATIONS_TOPIC_ARN',
    'DEAD_LETTER_QUEUES',
    ...SCHEDULES,
  ],
  'web-api': [
    'MESSAGES_TABLE',
    'METRICS_TABLE',
    'BREAKERS_TABLE',
    'IDEMPOTENCY_TABLE',
    'MESSAGES_TOPIC_ARN',
    'NOTIFICATIONS_TOPIC_ARN',
    'ALLOWED_ORIGINS',
    'JWKS_URL',
    'LOCAL_ORIGINS',
    'LOGIN_URL',
    'MIN_INTERVAL_MINUTES',
    ...SCHEDULES,
    'REDIRECT_URIS',
    'USER_POOL_CLIENT_ID',
    'USER_POOL_ISSUER',
  ],
};

describe('the environment', () => {
  it.each(functions())('of %s holds what it reads at cold start and nothing else (F22)', (name) => {
    const general = name === 'authorizer' ? EVERYWHERE : [...EVERYWHERE, ...COUNTING];

    expect([...environmentOf(name)].sort()).toEqual([...general, ...(OWN[name] ?? [])].sort());
  });
});

describe('feature flags', () => {
  it('are created for every flag that the code declares, and for no other', () => {
    expect([...flagsCreated()].sort()).toEqual([...FLAG_NAMES].sort());
  });
});
