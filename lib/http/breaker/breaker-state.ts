import { iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';

/** What all functions together know about the health of one service. Times are ISO 8601, UTC. */
export interface BreakerState {
  state: 'closed' | 'open' | 'half_open';
  /** Failed tries since `window_started_at`. */
  failures: number;
  window_started_at?: string;
  /** No call before this; after it, one trial. Only while open. */
  open_until?: string;
  /** Why it opened last; gone once it closed. */
  reason?: 'failures' | 'throttled' | 'credentials';
  /** The number of the last trial that was taken; it only grows, and fences what is written about a trial. */
  trial: number;
  /** Somebody is trying until then at the latest. Only while a trial is out. */
  trial_until?: string;
  /** Trials in a row that went well. */
  successes: number;
  /** Since when the service answered nothing but 429. */
  throttled_since?: string;
  /** Whether the server that answered last echoes sequence ids; absent while nobody knows. */
  echoes_sequence?: boolean;
  /** Which server that was: what is known of one says nothing of the next. */
  echo_server?: string;
}

/** How a try ended. `neutral` says nothing about the service. */
export type Verdict = 'success' | 'failure' | 'throttled' | 'credentials' | 'neutral';

export type BreakerEvent =
  | { type: 'take' }
  | { type: 'echo'; server: string; echoes: boolean }
  /** `trial` is the number of the trial that this try was; absent for a try while closed. */
  | { type: Verdict; trial?: number };

export interface Conditions {
  nowMs: number;
  /** Failures within one window that open the breaker. */
  threshold: number;
}

const FAILURE_WINDOW_MS = MINUTE_MS;
export const OPEN_MS = 30 * SECOND_MS;
export const CREDENTIALS_OPEN_MS = 15 * MINUTE_MS;
const TRIAL_LEASE_MS = 15 * SECOND_MS;
const TRIALS_TO_CLOSE = 2;
const THROTTLED_PATIENCE_MS = 5 * MINUTE_MS;

/** How far apart two clocks may be. A time further ahead than any clock within this could set binds nobody. */
const MAX_SKEW_MS = 10 * MINUTE_MS;

const INITIAL: BreakerState = { state: 'closed', failures: 0, trial: 0, successes: 0 };

/**
 * The breaker after an event. The very object that came in means that nothing changed and nothing is to be written;
 * a row that is not there counts as closed.
 * Source: M. Nygard, "Release It!", circuit breaker; the trial's fence after M. Kleppmann, "How to do distributed locking".
 */
export const next = <Before extends BreakerState | undefined>(
  before: Before,
  event: BreakerEvent,
  conditions: Conditions,
): Before | BreakerState => {
  const now = before ?? INITIAL;
  const after = reduce(now, event, conditions);
  return after === now ? before : after;
};

/** How much of what is held for a service may go to it now. */
export const releaseOf = (
  breaker: BreakerState | undefined,
  nowMs: number,
): 'all' | 'one' | 'none' => {
  if (breaker === undefined || breaker.state === 'closed') return 'all';
  return isTrialDue(breaker, nowMs) ? 'one' : 'none';
};

/**
 * How bad it stands, as the metric CircuitBreakerState has it: 1 open, 0.5 being tried or due to be, 0 closed. One that
 * opened long ago and that nobody has called since is not open any more: nobody knows.
 */
export const circuitFigureOf = (breaker: BreakerState | undefined, nowMs: number): 0 | 0.5 | 1 => {
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
      return opened(now, 'credentials', conditions.nowMs);
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
      return opened(now, 'credentials', nowMs);
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

const opened = (
  now: BreakerState,
  reason: NonNullable<BreakerState['reason']>,
  nowMs: number,
): BreakerState => ({
  ...without(now, 'trial_until'),
  state: 'open',
  open_until: iso(nowMs + (reason === 'credentials' ? CREDENTIALS_OPEN_MS : OPEN_MS)),
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
      return !binds(now.open_until, nowMs, CREDENTIALS_OPEN_MS);
    case 'half_open':
      return !binds(now.trial_until, nowMs, TRIAL_LEASE_MS);
  }
};

/** Whether `until` is still ahead, and not so far ahead that only a broken clock can have set it. */
const binds = (until: string | undefined, nowMs: number, longestMs: number): boolean => {
  if (until === undefined) return false;
  const aheadMs = Date.parse(until) - nowMs;
  return aheadMs > 0 && aheadMs <= longestMs + MAX_SKEW_MS;
};

const without = (now: BreakerState, name: 'throttled_since' | 'trial_until' | 'open_until') => {
  const { [name]: _, ...rest } = now;
  return rest;
};
