import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { healthPush } from '#lib/schedules/presence/health-push.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import { aSchedule } from '#test/support/schedules.ts';

const SINCE_MS = Date.parse('2026-03-01T12:00:00.000Z');
const NOW_MS = SINCE_MS + 10 * MINUTE_MS;
const downSince = { down_since: iso(SINCE_MS) };

const pushOf = (fields: Partial<Schedule>, nowMs = NOW_MS) =>
  healthPush(aSchedule({ name: 'tea', ...downSince, ...fields }), { stage: 'dev', nowMs });

describe('the push that a schedule is down', () => {
  it.each<{ problem: Partial<Schedule>; says: string }>([
    {
      problem: { problem: 'late' },
      says: 'It should have fired at 2026-03-01 12:00 (UTC), and did not.',
    },
    {
      problem: { problem: 'late', timezone: 'Asia/Kolkata' },
      says: 'It should have fired at 2026-03-01 17:30 (Asia/Kolkata), and did not.',
    },
    {
      problem: { problem: 'hung', expect: { grace_seconds: 300, max_run_seconds: 900 } },
      says: 'Its run of 2026-03-01 12:00 (UTC) is not over after 15 minutes.',
    },
    {
      problem: { problem: 'hung', expect: { grace_seconds: 300, max_run_seconds: 7_200 } },
      says: 'Its run of 2026-03-01 12:00 (UTC) is not over after 120 minutes.',
    },
    {
      problem: { problem: 'failed', consecutive_failures: 1 },
      says: 'Its run of 2026-03-01 12:00 (UTC) failed.',
    },
    {
      problem: { problem: 'failed', consecutive_failures: 2 },
      says: 'Its run of 2026-03-01 12:00 (UTC) failed, 2 in a row.',
    },
  ])('says when and why: $says', ({ problem, says }) => {
    expect(pushOf({ health: 'down', ...problem })).toMatchObject({
      ...{ message_type: 'notify', created_by: 'sweeper', stage: 'dev', hop_count: 0 },
      payload: { title: 'tea is down', message: says, priority: 'high', tags: ['warning'] },
    });
  });

  it('is one message for one change, and another one for each other change', () => {
    const ids = [
      pushOf({ health: 'down', problem: 'late' }),
      pushOf({ health: 'down', problem: 'late' }, NOW_MS + HOUR_MS),
      pushOf({ health: 'up' }),
      pushOf({ health: 'down', down_since: iso(SINCE_MS + 1) }),
      pushOf({ health: 'down', id: 'sched_20260301120000_ABCDEFGH' }),
    ].map(({ id }) => id);

    expect(ids[0]).toBe(ids[1]);
    expect(new Set(ids).size).toBe(4);
  });

  it('is a run of its own', () => {
    const { id, correlation_id } = pushOf({ health: 'down' });

    expect(correlation_id).toBe(id);
  });
});

describe('the push that a schedule works again', () => {
  it.each([
    { downMs: 0, says: '1 min' },
    { downMs: 29 * SECOND_MS, says: '1 min' },
    { downMs: 89 * SECOND_MS, says: '1 min' },
    { downMs: 90 * SECOND_MS, says: '2 min' },
    { downMs: 59 * MINUTE_MS, says: '59 min' },
    { downMs: HOUR_MS, says: '1 h' },
    { downMs: HOUR_MS + MINUTE_MS, says: '1 h 1 min' },
    { downMs: 23 * HOUR_MS + 59 * MINUTE_MS, says: '23 h 59 min' },
    { downMs: DAY_MS, says: '1 d' },
    { downMs: DAY_MS + HOUR_MS + 30 * MINUTE_MS, says: '1 d 1 h' },
    { downMs: 7 * DAY_MS + 5 * MINUTE_MS, says: '7 d' },
  ])('says how long it was down: $says', ({ downMs, says }) => {
    expect(pushOf({ health: 'up', up_since: iso(SINCE_MS + downMs) }).payload).toEqual({
      ...{ title: 'tea works again', message: `It was down for ${says}.` },
      ...{ priority: 'default', tags: ['white_check_mark'] },
    });
  });

  it('counts until now when the row does not say since when it works', () => {
    expect(pushOf({ health: 'up' }).payload).toMatchObject({
      message: 'It was down for 10 min.',
    });
  });
});
