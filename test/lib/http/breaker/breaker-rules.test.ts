import { describe, expect, it } from 'vitest';
import {
  type BreakerEvent,
  breakerAfter,
  circuitMetricOf,
  releaseOf,
} from '#lib/http/breaker/breaker-rules.ts';
import type { BreakerState } from '#lib/http/breaker/breaker-schema.ts';
import { iso, SECOND_MS } from '#lib/platform/clock.ts';

const NOW_MS = Date.parse('2026-03-01T12:00:00.000Z');
const at = (seconds: number) => iso(NOW_MS + seconds * SECOND_MS);
const step = (before: BreakerState | undefined, event: BreakerEvent) =>
  breakerAfter(before, event, { nowMs: NOW_MS, threshold: 5 });

const closed: BreakerState = { state: 'closed', failures: 0, trial: 3, successes: 0 };
const open: BreakerState = {
  ...closed,
  state: 'open',
  failures: 5,
  window_started_at: at(-40),
  open_until: at(20),
  opened_at: at(-10),
  reason: 'failures',
};
const due: BreakerState = { ...open, open_until: at(0) };
const { open_until: _, ...opened } = open;
const trying: BreakerState = { ...opened, state: 'half_open', trial_until: at(10) };
const { trial_until: __, ...freed } = trying;
const { opened_at: ___, ...withoutOpening } = trying;

describe('breakerAfter', () => {
  it.each<{ says: string; before: BreakerState; event: BreakerEvent; changes: object }>([
    {
      says: 'the first failure starts a window',
      before: closed,
      event: { type: 'failure' },
      changes: { failures: 1, window_started_at: at(0) },
    },
    {
      says: 'a failure within the window increases the count',
      before: { ...closed, failures: 2, window_started_at: at(-59.999) },
      event: { type: 'failure' },
      changes: { failures: 3 },
    },
    {
      says: 'a failure after the window starts a new window',
      before: { ...closed, failures: 4, window_started_at: at(-60) },
      event: { type: 'failure' },
      changes: { failures: 1, window_started_at: at(0) },
    },
    {
      says: 'F70: a failure increases the count of a window that a clock ahead of ours started',
      before: { ...closed, failures: 3, window_started_at: at(300) },
      event: { type: 'failure' },
      changes: { failures: 4 },
    },
    {
      says: 'the fifth failure in a window opens for 30 seconds',
      before: { ...closed, failures: 4, window_started_at: at(-1) },
      event: { type: 'failure' },
      changes: {
        state: 'open',
        failures: 5,
        open_until: at(30),
        opened_at: at(0),
        reason: 'failures',
      },
    },
    {
      says: 'the first 429 is stored with its time',
      before: closed,
      event: { type: 'throttled' },
      changes: { throttled_since: at(0) },
    },
    {
      says: 'five minutes of 429 open for 30 seconds',
      before: { ...closed, throttled_since: at(-300) },
      event: { type: 'throttled' },
      changes: { state: 'open', open_until: at(30), opened_at: at(0), reason: 'throttled' },
    },
    {
      says: 'a success ends the throttling',
      before: { ...closed, failures: 2, throttled_since: at(-299) },
      event: { type: 'success' },
      changes: { throttled_since: undefined },
    },
    {
      says: 'a failure ends the throttling',
      before: { ...closed, throttled_since: at(-299) },
      event: { type: 'failure' },
      changes: { throttled_since: undefined, failures: 1, window_started_at: at(0) },
    },
    {
      says: 'bad credentials open for 15 minutes',
      before: closed,
      event: { type: 'credentials' },
      changes: { state: 'open', open_until: at(900), opened_at: at(0), reason: 'credentials' },
    },
    {
      says: 'a challenge opens for an hour',
      before: closed,
      event: { type: 'blocked' },
      changes: { state: 'open', open_until: at(3_600), opened_at: at(0), reason: 'blocked' },
    },
    {
      says: 'a due trial is taken for 15 seconds',
      before: due,
      event: { type: 'take' },
      changes: { state: 'half_open', trial: 4, trial_until: at(15), open_until: undefined },
    },
    {
      says: 'a trial is taken again when its lease has ended',
      before: { ...trying, successes: 1, trial_until: at(0) },
      event: { type: 'take' },
      changes: { trial: 4, trial_until: at(15) },
    },
    {
      says: 'F31: a breaker that is open until an impossible time gives a trial',
      before: { ...open, open_until: at(11 * 60) },
      event: { type: 'take' },
      changes: { state: 'half_open', trial: 4, trial_until: at(15), open_until: undefined },
    },
    {
      says: 'the first successful trial allows another one',
      before: trying,
      event: { type: 'success', trial: 3 },
      changes: { successes: 1, trial_until: undefined },
    },
    {
      says: 'a successful trial ends the throttling',
      before: { ...trying, reason: 'throttled', throttled_since: at(-400) },
      event: { type: 'success', trial: 3 },
      changes: { successes: 1, trial_until: undefined, throttled_since: undefined },
    },
    {
      says: 'the second successful trial closes the breaker, and keeps the fence and the echo',
      before: { ...trying, successes: 1, echoes_sequence: true, echo_server: 'one' },
      event: { type: 'success', trial: 3 },
      changes: {
        state: 'closed',
        failures: 0,
        successes: 0,
        window_started_at: undefined,
        opened_at: undefined,
        reason: undefined,
        trial_until: undefined,
      },
    },
    {
      says: 'a failed trial opens the breaker again, for a new reason',
      before: { ...trying, successes: 1, reason: 'credentials' },
      event: { type: 'failure', trial: 3 },
      changes: {
        state: 'open',
        successes: 0,
        open_until: at(30),
        opened_at: at(0),
        reason: 'failures',
        trial_until: undefined,
      },
    },
    {
      says: 'a trial with bad credentials opens for 15 minutes',
      before: trying,
      event: { type: 'credentials', trial: 3 },
      changes: {
        state: 'open',
        open_until: at(900),
        opened_at: at(0),
        reason: 'credentials',
        trial_until: undefined,
      },
    },
    {
      says: 'a trial that fails for the same reason keeps the time of the opening',
      before: { ...trying, reason: 'credentials' },
      event: { type: 'credentials', trial: 3 },
      changes: { state: 'open', open_until: at(900), trial_until: undefined },
    },
    {
      says: 'a trial of a breaker that opened before its opening was stored stores it',
      before: withoutOpening,
      event: { type: 'failure', trial: 3 },
      changes: { state: 'open', open_until: at(30), opened_at: at(0), trial_until: undefined },
    },
    {
      says: 'a trial that is challenged opens for an hour',
      before: trying,
      event: { type: 'blocked', trial: 3 },
      changes: {
        state: 'open',
        open_until: at(3_600),
        opened_at: at(0),
        reason: 'blocked',
        trial_until: undefined,
      },
    },
    {
      says: 'a neutral trial allows another one and changes nothing else',
      before: { ...trying, successes: 1 },
      event: { type: 'neutral', trial: 3 },
      changes: { trial_until: undefined },
    },
    {
      says: 'a first 429 to a trial allows another one',
      before: trying,
      event: { type: 'throttled', trial: 3 },
      changes: { trial_until: undefined, throttled_since: at(0) },
    },
    {
      says: 'a 429 to a trial opens a breaker again that five minutes of 429 have opened',
      before: { ...trying, reason: 'throttled', throttled_since: at(-340) },
      event: { type: 'throttled', trial: 3 },
      changes: { state: 'open', open_until: at(30), trial_until: undefined },
    },
    {
      says: 'the echo of a server is stored in any state',
      before: open,
      event: { type: 'echo', server: 'one', echoes: false },
      changes: { echoes_sequence: false, echo_server: 'one' },
    },
  ])('$says', ({ before, event, changes }) => {
    expect(step(before, event)).toEqual({ ...before, ...changes });
  });

  it.each<{ says: string; before: BreakerState | undefined; event: BreakerEvent }>([
    { says: 'a success while there is no row', before: undefined, event: { type: 'success' } },
    { says: 'a success while closed', before: closed, event: { type: 'success' } },
    {
      says: 'a success between failures',
      before: { ...closed, failures: 4, window_started_at: at(-1) },
      event: { type: 'success' },
    },
    { says: 'a neutral result', before: closed, event: { type: 'neutral' } },
    {
      says: 'a 429 within five minutes',
      before: { ...closed, throttled_since: at(-299.999) },
      event: { type: 'throttled' },
    },
    { says: 'the request of a trial while closed', before: closed, event: { type: 'take' } },
    { says: 'the request of a trial before it is due', before: open, event: { type: 'take' } },
    {
      says: 'F70: the request of a trial that a clock ahead of ours has delayed',
      before: { ...open, open_until: at(10 * 60) },
      event: { type: 'take' },
    },
    { says: 'the request of a trial during another one', before: trying, event: { type: 'take' } },
    { says: 'a late success while open', before: open, event: { type: 'success' } },
    { says: 'a late failure while open', before: open, event: { type: 'failure' } },
    { says: 'a late failure while half-open', before: trying, event: { type: 'failure' } },
    { says: 'late bad credentials while half-open', before: freed, event: { type: 'credentials' } },
    { says: 'a late challenge while half-open', before: freed, event: { type: 'blocked' } },
    {
      says: 'the success of a trial whose number has passed',
      before: { ...trying, successes: 1 },
      event: { type: 'success', trial: 2 },
    },
    {
      says: 'the failure of a trial whose number has passed',
      before: trying,
      event: { type: 'failure', trial: 2 },
    },
    {
      says: 'the failure of a trial after it closed',
      before: closed,
      event: { type: 'failure', trial: 3 },
    },
    {
      says: 'an echo that is already stored',
      before: { ...closed, echoes_sequence: true, echo_server: 'one' },
      event: { type: 'echo', server: 'one', echoes: true },
    },
  ])('$says changes nothing', ({ before, event }) => {
    expect(step(before, event)).toBe(before);
  });
});

const openFor = (reason: BreakerState['reason'], seconds: number): BreakerState => ({
  ...open,
  reason,
  open_until: at(seconds),
});

describe('circuitMetricOf', () => {
  it.each<{ says: string; breaker: BreakerState | undefined; figure: number }>([
    { says: 'no row', breaker: undefined, figure: 0 },
    { says: 'closed', breaker: closed, figure: 0 },
    { says: 'open', breaker: open, figure: 1 },
    { says: 'open, with a trial due', breaker: due, figure: 0.5 },
    { says: 'half-open, during a trial', breaker: trying, figure: 0.5 },
    { says: 'half-open, without a trial', breaker: freed, figure: 0.5 },
  ])('$says: $figure', ({ breaker, figure }) => {
    expect(circuitMetricOf(breaker, NOW_MS)).toBe(figure);
  });
});

describe('releaseOf', () => {
  it.each<{ says: string; breaker: BreakerState | undefined; release: string }>([
    { says: 'no row', breaker: undefined, release: 'all' },
    { says: 'closed', breaker: closed, release: 'all' },
    { says: 'open', breaker: open, release: 'none' },
    { says: 'open, with a trial due', breaker: due, release: 'one' },
    { says: 'half-open, during a trial', breaker: trying, release: 'none' },
    { says: 'half-open, without a trial', breaker: freed, release: 'one' },
    // The time that the reason closes it for, and the 10 minutes that clocks may differ.
    ...(
      [
        ['failures', 10.5 * 60],
        ['throttled', 10.5 * 60],
        ['credentials', 25 * 60],
        ['blocked', 70 * 60],
      ] as const
    ).flatMap(([reason, seconds]) => [
      {
        says: `${reason}, as far as clocks differ`,
        breaker: openFor(reason, seconds),
        release: 'none',
      },
      {
        says: `${reason}, further ahead than clocks differ`,
        breaker: openFor(reason, seconds + 0.001),
        release: 'one',
      },
    ]),
    {
      says: 'half-open, with an expired lease',
      breaker: { ...trying, trial_until: at(0) },
      release: 'one',
    },
  ])('$says: $release', ({ breaker, release }) => {
    expect(releaseOf(breaker, NOW_MS)).toBe(release);
  });

  it('releases messages exactly when a trial can be taken', () => {
    for (const seconds of [-1, 0, 1, 10, 20, 21, 15 * 60]) {
      const nowMs = NOW_MS + seconds * SECOND_MS;
      for (const breaker of [closed, open, due, trying, freed]) {
        const taken = breakerAfter(breaker, { type: 'take' }, { nowMs, threshold: 5 }) !== breaker;

        expect(taken).toBe(releaseOf(breaker, nowMs) === 'one');
      }
    }
  });
});
