import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Approval } from '#lib/approvals/approval-schema.ts';
import { valueOrRemove } from '#lib/data/schedules/schedule-entity.ts';
import { HOUR_MS, iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { derivedMessageId } from '#lib/platform/id.ts';
import { assessHealth } from '#lib/schedules/presence/assess-health.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import { anApproval } from '#test/support/approvals.ts';
import { aMessage } from '#test/support/builders.ts';
import { engineWorld } from '#test/support/engine.ts';
import { aSchedule } from '#test/support/schedules.ts';

const world = engineWorld();
beforeEach(world.reset);
afterAll(() => world.db.uninstall());

const NOON_MS = Date.parse('2026-03-02T12:00:00.000Z');
const NOW_MS = NOON_MS + HOUR_MS;
const MAX_RUN_MS = 900 * SECOND_MS;
const REMOVED = valueOrRemove(undefined);
const runOf = (scheduledMs: number) => ({
  message_id: derivedMessageId(scheduledMs, 'run'),
  scheduled_time: iso(scheduledMs),
});
const ended = (status: 'completed' | 'failed', scheduledMs = NOON_MS) => ({
  ended_run: { ...runOf(scheduledMs), status },
});
const health = (fields: Partial<Schedule>, missingMs?: number, nowMs = NOW_MS) =>
  assessHealth(aSchedule(fields), missingMs, nowMs);
const down = (problem: Schedule['problem'], sinceMs: number) => ({
  ...{ health: 'down', problem, down_since: iso(sinceMs), up_since: REMOVED },
});

describe('a schedule that missed a fire', () => {
  it.each(['new', 'up'] as const)('goes down since the missed fire if it is %s', async (before) => {
    const fields = { health: before, up_since: iso(NOON_MS), ...ended('failed') };

    expect(await health(fields, NOON_MS - HOUR_MS)).toEqual(down('late', NOON_MS - HOUR_MS));
  });

  it('does not change if it is down, even if its last run succeeded', async () => {
    const fields = { down_since: iso(NOON_MS - HOUR_MS), ...ended('completed') };

    expect(await health({ ...fields, health: 'down' }, NOON_MS)).toBeUndefined();
  });
});

describe('a schedule with an open run', () => {
  const run = runOf(NOON_MS);
  const open: Partial<Schedule> = { health: 'up', open_runs: [run] };
  /** Puts the message of a run. */
  const given = (overrides: Parameters<typeof aMessage>[0] = {}) =>
    world.given(aMessage({ id: run.message_id, nowMs: NOON_MS, ...overrides }));

  it('goes down when the run takes longer than it may, and not before', async () => {
    given();

    expect(await health(open, undefined, NOON_MS + MAX_RUN_MS)).toBeUndefined();
    expect(await health(open, undefined, NOON_MS + MAX_RUN_MS + 1)).toEqual(down('hung', NOON_MS));
  });

  it('goes down although the first message of the run is over, because others are not', async () => {
    given({ status: 'completed' });

    expect(await health(open)).toEqual(down('hung', NOON_MS));
  });

  it('reads the messages of its open runs consistently, because they may be new', async () => {
    given();
    await health(open, undefined, NOON_MS);

    // An eventually consistent read costs half.
    expect(world.db.operations.map(({ readUnits }) => readUnits)).toEqual([1]);
  });

  it('does not change if it is down', async () => {
    given();

    expect(await health({ ...open, health: 'down', down_since: iso(NOON_MS) })).toBeUndefined();
  });

  it('does not come up while the run takes too long, even if another run succeeded', async () => {
    given();
    const fields = { ...open, health: 'down', down_since: iso(NOON_MS) } as const;

    expect(await health({ ...fields, ...ended('completed', NOON_MS + MINUTE_MS) })).toBeUndefined();
  });

  it('counts from the creation of a message that was created after its scheduled time', async () => {
    const createdMs = NOON_MS + 10 * MINUTE_MS;
    given({ nowMs: createdMs });

    expect(await health(open, undefined, createdMs + MAX_RUN_MS)).toBeUndefined();
    expect(await health(open, undefined, createdMs + MAX_RUN_MS + 1)).toMatchObject({
      problem: 'hung',
      down_since: iso(NOON_MS),
    });
  });

  it('counts from the scheduled time of a message that was created before it', async () => {
    given({ nowMs: NOON_MS - MINUTE_MS });

    expect(await health(open, undefined, NOON_MS + MAX_RUN_MS)).toBeUndefined();
  });

  it('counts from the release of a fire that waited, and not from that of another fire', async () => {
    given();
    const released_at = iso(NOON_MS + 30 * MINUTE_MS);
    const running = { message_id: run.message_id, valid_until: iso(NOW_MS), released_at };
    const other = { ...running, message_id: runOf(NOON_MS + MINUTE_MS).message_id };
    const nowMs = NOON_MS + 40 * MINUTE_MS;

    expect(await health({ ...open, running }, undefined, nowMs)).toBeUndefined();
    expect(await health({ ...open, running: other }, undefined, nowMs)).toMatchObject({
      problem: 'hung',
    });
    expect(
      await health({ ...open, running }, undefined, NOON_MS + 45 * MINUTE_MS + 1),
    ).toMatchObject({ problem: 'hung' });
  });

  it('does not count a run that waits, and counts the ones after it', async () => {
    given({ due_bucket: 'held-overlap' });
    expect(await health(open)).toBeUndefined();

    const later = runOf(NOON_MS + MINUTE_MS);
    world.given(aMessage({ id: later.message_id, nowMs: NOON_MS + MINUTE_MS }));
    expect(await health({ ...open, open_runs: [run, later] })).toEqual(
      down('hung', NOON_MS + MINUTE_MS),
    );
  });

  it('is down since the oldest of the runs that take too long', async () => {
    given();
    const later = runOf(NOON_MS + MINUTE_MS);
    world.given(aMessage({ id: later.message_id, nowMs: NOON_MS + MINUTE_MS }));

    expect(await health({ ...open, open_runs: [run, later] })).toMatchObject({
      down_since: iso(NOON_MS),
    });
  });
});

describe('a schedule whose run asks for an approval', () => {
  const run = runOf(NOON_MS);
  const open: Partial<Schedule> = { health: 'up', open_runs: [run] };
  const ASKED_MS = NOON_MS + MINUTE_MS;
  const DECIDED_MS = NOON_MS + HOUR_MS;
  const YES = { status: 'approved', decided_by: 'user:ada', decided_at: iso(DECIDED_MS) } as const;

  /** Puts a search, which is over, and its child, which asks. @returns the child */
  const given = (approval: Partial<Approval> = {}, n = 1) => {
    const id = `appr_${n}`;
    const search = {
      status: 'completed',
      message_type: 'web_action',
      correlation_id: 'run',
    } as const;
    world.given(
      aMessage({ ...search, id: run.message_id, nowMs: NOON_MS }),
      aMessage({ ...search, status: 'queued', nowMs: ASKED_MS, approval_id: id }),
    );
    world.db.put(
      env('APPROVALS_TABLE'),
      anApproval({
        id,
        created_date: iso(ASKED_MS),
        expires_at: iso(ASKED_MS + 12 * HOUR_MS),
        ...approval,
      }),
    );
  };

  it('does not change while a child of the fire waits for a person', async () => {
    given();

    expect(await health(open, undefined, NOON_MS + 11 * HOUR_MS)).toBeUndefined();
  });

  it('does not change right after the yes: the time of waiting does not count', async () => {
    given(YES);
    const lastMs = DECIDED_MS + MAX_RUN_MS - MINUTE_MS;

    expect(await health(open, undefined, DECIDED_MS)).toBeUndefined();
    expect(await health(open, undefined, lastMs)).toBeUndefined();
    expect(await health(open, undefined, lastMs + 1)).toEqual(down('hung', NOON_MS));
  });

  it('does not change right after the approval expired', async () => {
    given({ expires_at: iso(DECIDED_MS) });

    expect(await health(open, undefined, DECIDED_MS + MINUTE_MS)).toBeUndefined();
    expect(await health(open, undefined, DECIDED_MS + MAX_RUN_MS)).toMatchObject({
      problem: 'hung',
    });
  });

  it('counts waits at the same time once', async () => {
    given(YES, 1);
    given({ ...YES, created_date: iso(ASKED_MS + MINUTE_MS) }, 2);

    expect(await health(open, undefined, DECIDED_MS + MAX_RUN_MS)).toMatchObject({
      problem: 'hung',
    });
  });

  it('does not change while the fire itself waits, and right after that', async () => {
    given(YES);
    const fire = { id: run.message_id, nowMs: NOON_MS, approval_id: 'appr_1' };
    world.given(aMessage({ ...fire, due_bucket: 'held-approval' }));
    expect(await health(open, undefined, DECIDED_MS)).toBeUndefined();

    world.given(aMessage({ ...fire, correlation_id: 'run' }));
    expect(await health(open, undefined, DECIDED_MS + MINUTE_MS)).toBeUndefined();
  });
});

describe('a schedule whose last run failed', () => {
  it('goes down since that run', async () => {
    expect(await health({ health: 'up', ...ended('failed') })).toEqual(down('failed', NOON_MS));
  });

  it('does not change if that run made it go down before', async () => {
    const fields = { ...ended('failed'), down_since: iso(NOON_MS) };

    expect(await health({ ...fields, health: 'up' })).toBeUndefined();
    expect(await health({ ...fields, health: 'down' })).toBeUndefined();
  });

  it('does not change if it is down', async () => {
    const fields = { ...ended('failed'), down_since: iso(NOON_MS - HOUR_MS) };

    expect(await health({ ...fields, health: 'down' })).toBeUndefined();
  });
});

describe('a schedule whose last run succeeded', () => {
  const UP = { health: 'up', problem: REMOVED, up_since: iso(NOW_MS) };

  it('is up if it was new', async () => {
    expect(await health({ health: 'new', ...ended('completed') })).toEqual(UP);
  });

  it.each([
    { what: 'after it went down', sinceMs: NOON_MS - HOUR_MS, expected: UP },
    { what: 'in the minute in which it went down', sinceMs: NOON_MS + 59_999, expected: UP },
    { what: 'before it went down', sinceMs: NOON_MS + MINUTE_MS, expected: undefined },
  ])('comes up if the run was due $what: $expected.health', async ({ sinceMs, expected }) => {
    const fields = { health: 'down', problem: 'late', down_since: iso(sinceMs) } as const;

    expect(await health({ ...fields, ...ended('completed') })).toEqual(expected);
  });

  it('does not change if it is up', async () => {
    expect(await health({ health: 'up', ...ended('completed') })).toBeUndefined();
  });
});

describe('a schedule without a run that is over', () => {
  it.each(['new', 'up', 'down'] as const)('does not change if it is %s', async (before) => {
    expect(await health({ health: before })).toBeUndefined();
  });
});
