import { iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import type { BreakerState } from './breaker-schema.ts';

/** The result of a try. `neutral` says nothing about the service. */
export type Verdict = 'success' | 'failure' | 'throttled' | 'credentials' | 'blocked' | 'neutral';

export type BreakerEvent =
  | { type: 'take' }
  | { type: 'echo'; server: string; echoes: boolean }
  /** `trial` is the number of the trial. It is absent for a try while the breaker is closed. */
  | { type: Verdict; trial?: number };

export interface Conditions {
  nowMs: number;
  /** Failures within one window that open the breaker. Count. */
  threshold: number;
}

const FAILURE_WINDOW_MS = MINUTE_MS;
export const OPEN_MS = 30 * SECOND_MS;
export const CREDENTIALS_OPEN_MS = 15 * MINUTE_MS;
export const BLOCKED_OPEN_MS = 60 * MINUTE_MS;
const TRIAL_LEASE_MS = 15 * SECOND_MS;
const TRIALS_TO_CLOSE = 2;
const THROTTLED_PATIENCE_MS = 5 * MINUTE_MS;

/** The maximum difference between two clocks. A time that is further ahead than that is ignored. */
const MAX_SKEW_MS = 10 * MINUTE_MS;

const INITIAL: BreakerState = { state: 'closed', failures: 0, trial: 0, successes: 0 };

/**
 * The breaker after an event. When nothing changes, this returns `before` itself, and there is nothing to write. A
 * missing row counts as closed.
 * Source: M. Nygard, "Release It!", circuit breaker; the trial's fence after M. Kleppmann, "How to do distributed locking".
 */
export const breakerAfter = <Before extends BreakerState | undefined>(
  before: Before,
  event: BreakerEvent,
  conditions: Conditions,
): Before | BreakerState => {
  const now = before ?? INITIAL;
  const after = reduce(now, event, conditions);
  return after === now ? before : after;
};

/** How many of the messages that are held for a service may be released now. */
export const releaseOf = (
  breaker: BreakerState | undefined,
  nowMs: number,
): 'all' | 'one' | 'none' => {
  if (breaker === undefined || breaker.state === 'closed') return 'all';
  return isTrialDue(breaker, nowMs) ? 'one' : 'none';
};

/**
 * The value of the metric CircuitBreakerState: 1 open, 0.5 a trial is running or due, 0 closed. An open breaker whose
 * trial is due counts as 0.5, because its service may be healthy again.
 */
export const circuitMetricOf = (breaker: BreakerState | undefined, nowMs: number): 0 | 0.5 | 1 => {
  if (breaker === undefined || breaker.state === 'closed') return 0;
  return breaker.state === 'open' && !isTrialDue(breaker, nowMs) ? 1 : 0.5;
};

const reduce = (now: BreakerState, event: BreakerEvent, conditions: Conditions): BreakerState => {
  const { nowMs } = conditions;
  switch (event.type) {
    case 'echo': {
      const { server, echoes } = event;
      const isKnown = now.echo_server === server && now.echoes_sequence === echoes;
      return isKnown ? now : { ...now, echoes_sequence: echoes, echo_server: server };
    }
    case 'take':
      return isTrialDue(now, nowMs) ? withTrial(now, nowMs) : now;
    default: {
      if (event.trial === undefined) {
        return now.state === 'closed' ? afterTry(now, event.type, conditions) : now;
      }
      const isCurrent = now.state === 'half_open' && event.trial === now.trial;
      return isCurrent ? afterTrial(now, event.type, nowMs) : now;
    }
  }
};

const afterTry = (now: BreakerState, verdict: Verdict, conditions: Conditions): BreakerState => {
  switch (verdict) {
    case 'success':
      return now.throttled_since === undefined ? now : without(now, 'throttled_since');
    case 'failure':
      return counted(without(now, 'throttled_since'), conditions);
    case 'throttled':
      return throttled(now, conditions.nowMs);
    case 'credentials':
    case 'blocked':
      return opened(now, verdict, conditions.nowMs);
    case 'neutral':
      return now;
  }
};

const afterTrial = (now: BreakerState, verdict: Verdict, nowMs: number): BreakerState => {
  const freed = without(now, 'trial_until');
  switch (verdict) {
    case 'success': {
      const successes = now.successes + 1;
      return successes < TRIALS_TO_CLOSE
        ? { ...without(freed, 'throttled_since'), successes }
        : closed(now);
    }
    case 'failure':
      return opened(without(now, 'throttled_since'), 'failures', nowMs);
    case 'throttled':
      return throttled(freed, nowMs);
    case 'credentials':
    case 'blocked':
      return opened(now, verdict, nowMs);
    case 'neutral':
      return freed;
  }
};

const counted = (now: BreakerState, { nowMs, threshold }: Conditions): BreakerState => {
  const startMs =
    now.window_started_at === undefined ? -Infinity : Date.parse(now.window_started_at);
  const inWindow = nowMs - startMs < FAILURE_WINDOW_MS;
  const after: BreakerState = inWindow
    ? { ...now, failures: now.failures + 1 }
    : { ...now, failures: 1, window_started_at: iso(nowMs) };
  return after.failures < threshold ? after : opened(after, 'failures', nowMs);
};

const throttled = (now: BreakerState, nowMs: number): BreakerState => {
  if (now.throttled_since === undefined) return { ...now, throttled_since: iso(nowMs) };
  const patient = nowMs - Date.parse(now.throttled_since) < THROTTLED_PATIENCE_MS;
  return patient ? now : opened(now, 'throttled', nowMs);
};

type Reason = NonNullable<BreakerState['reason']>;

/** How long a breaker stays open for each reason. Milliseconds. */
const OPEN_MS_OF: Readonly<Record<Reason, number>> = {
  failures: OPEN_MS,
  throttled: OPEN_MS,
  credentials: CREDENTIALS_OPEN_MS,
  blocked: BLOCKED_OPEN_MS,
};

const opened = (now: BreakerState, reason: Reason, nowMs: number): BreakerState => ({
  ...without(now, 'trial_until'),
  state: 'open',
  open_until: iso(nowMs + OPEN_MS_OF[reason]),
  opened_at: now.reason === reason && now.opened_at !== undefined ? now.opened_at : iso(nowMs),
  reason,
  successes: 0,
});

const withTrial = (now: BreakerState, nowMs: number): BreakerState => ({
  ...without(now, 'open_until'),
  state: 'half_open',
  trial: now.trial + 1,
  trial_until: iso(nowMs + TRIAL_LEASE_MS),
});

const closed = ({ trial, echoes_sequence, echo_server }: BreakerState): BreakerState => ({
  ...INITIAL,
  trial,
  ...(echoes_sequence === undefined ? {} : { echoes_sequence }),
  ...(echo_server === undefined ? {} : { echo_server }),
});

const isTrialDue = (now: BreakerState, nowMs: number): boolean => {
  switch (now.state) {
    case 'closed':
      return false;
    case 'open':
      return !binds(now.open_until, nowMs, OPEN_MS_OF[now.reason ?? 'blocked']);
    case 'half_open':
      return !binds(now.trial_until, nowMs, TRIAL_LEASE_MS);
  }
};

/** Whether `until` is in the future, but not so far ahead that only a wrong clock can have set it. */
const binds = (until: string | undefined, nowMs: number, longestMs: number): boolean => {
  if (until === undefined) return false;
  const aheadMs = Date.parse(until) - nowMs;
  return aheadMs > 0 && aheadMs <= longestMs + MAX_SKEW_MS;
};

const without = (now: BreakerState, name: 'throttled_since' | 'trial_until' | 'open_until') => {
  const { [name]: _, ...rest } = now;
  return rest;
};
