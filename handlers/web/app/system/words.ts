import type { Health, SystemState } from '#handlers/web/app/api/responses.ts';

/** The display name of each check of the deep health check. */
export const CHECK_NAMES: Readonly<Record<string, string>> = {
  dynamodb: 'DynamoDB',
  sns: 'SNS',
  ssm: 'SSM',
  ntfy: 'ntfy',
  policy: 'Policy',
} satisfies Record<keyof NonNullable<Health['checks']>, string>;

export type SystemBreaker = NonNullable<SystemState['breakers']>[number];
type BreakerReason = NonNullable<SystemBreaker['reason']>;

/** Why a circuit breaker opened, after the name of the service. */
export const BREAKER_REASONS: Readonly<Record<BreakerReason, string>> = {
  failures: 'calls failed several times in a row',
  throttled: 'it says that there are too many requests',
  credentials: 'it rejects our credentials',
  blocked: 'it blocks automated requests',
};

/** Whether no call is made now. After the time of the next trial, the next call is made. */
export const isRefusing = (
  { state, next_trial_at }: Pick<SystemBreaker, 'state' | 'next_trial_at'>,
  nowMs: number,
): boolean => state === 'open' && (next_trial_at === null || Date.parse(next_trial_at) > nowMs);
