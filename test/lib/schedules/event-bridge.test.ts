import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { HOUR_MS, iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { arnOf, createInGroup, deleteFromGroup, listGroup } from '#lib/schedules/event-bridge.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import type { StoredSchedule } from '#test/support/scheduler.ts';
import { aSchedule, SOME_ID, schedulesWorld } from '#test/support/schedules.ts';

const { bridge, clock, db, reset, wire } = schedulesWorld();
beforeEach(() => reset());
afterAll(() => {
  bridge.uninstall();
  db.uninstall();
});

const NAME = `${SOME_ID}-r1`;
const create = async (fields: Partial<Schedule> = {}, isRepair?: boolean) => {
  const schedule = aSchedule({ id: SOME_ID, ...fields });
  await createInGroup(schedule, {
    nowMs: clock.now(),
    ...(isRepair === undefined ? {} : { isRepair }),
  });
  return stored();
};
const stored = (): StoredSchedule => bridge.group.get(NAME) ?? expect.fail('not created');
const fail = (kind: 'throttle' | 'fail-before') => wire.decide(() => ({ kind }));
const UNAVAILABLE = { kind: 'unavailable', code: 'SCHEDULER_UNAVAILABLE' };

describe('a schedule in EventBridge', () => {
  it('has the name and the ARN of its timing revision', async () => {
    await create();

    expect(bridge.names()).toEqual([NAME]);
    expect(stored().GroupName).toBe('rez-agent-dev');
    expect(arnOf({ id: SOME_ID, timing_revision: 7 })).toBe(
      `arn:aws:scheduler:us-east-1:000000000000:schedule/rez-agent-dev/${SOME_ID}-r7`,
    );
  });

  it('fires at its times exactly, and is retried for a day', async () => {
    expect(await create({ timezone: 'Asia/Tokyo' })).toMatchObject({
      ClientToken: NAME,
      ScheduleExpression: 'cron(0 12 * * ? *)',
      ScheduleExpressionTimezone: 'Asia/Tokyo',
      FlexibleTimeWindow: { Mode: 'OFF' },
      State: 'ENABLED',
      Target: { RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 } },
    });
    expect(stored()).not.toHaveProperty('StartDate');
    expect(stored()).not.toHaveProperty('EndDate');
    expect(stored()).not.toHaveProperty('ActionAfterCompletion');
  });

  it('has dates that are a minute wider than those of the row', async () => {
    const startMs = clock.now() + HOUR_MS;
    const made = await create({ start_date: iso(startMs), end_date: iso(startMs + HOUR_MS) });

    expect(made.StartDate?.getTime()).toBe(startMs - MINUTE_MS);
    expect(made.EndDate?.getTime()).toBe(startMs + HOUR_MS + MINUTE_MS);
  });

  it('has no start date in the past, which EventBridge would refuse', async () => {
    const edgeMs = clock.now() + MINUTE_MS;
    const startOf = async (startMs: number) => {
      reset();
      return (await create({ start_date: iso(startMs) })).StartDate?.getTime();
    };

    expect(await startOf(edgeMs)).toBe(clock.now());
    expect(await startOf(edgeMs - 1)).toBeUndefined();
    expect(await startOf(clock.now() - HOUR_MS)).toBeUndefined();
  });

  it('with a rate starts at its next occurrence', async () => {
    const rate = { schedule_expression: 'rate(1 hour)' };
    const counted_from = iso(clock.now() - 20 * MINUTE_MS);

    expect((await create({ ...rate, counted_from })).StartDate?.getTime()).toBe(
      clock.now() + 40 * MINUTE_MS,
    );
    reset();
    const start_date = iso(clock.now() + 5 * MINUTE_MS);
    expect((await create({ ...rate, counted_from, start_date })).StartDate?.toISOString()).toBe(
      start_date,
    );
  });

  it('with an at(…) has no dates, and is deleted after its fire', async () => {
    const at = `at(${iso(clock.now() + HOUR_MS).slice(0, 19)})`;
    const [start_date, end_date] = [iso(clock.now() + 2 * HOUR_MS), iso(clock.now() + HOUR_MS)];

    const made = await create({ schedule_expression: at, start_date, end_date });

    expect(made.ActionAfterCompletion).toBe('DELETE');
    expect(made).not.toHaveProperty('StartDate');
    expect(made).not.toHaveProperty('EndDate');
  });
});

describe('the creation of a schedule', () => {
  it('is no error if it exists', async () => {
    const before = await create();
    await clock.advance(MINUTE_MS);

    expect(await create()).toBe(before);
    expect(await create({}, true)).toBe(before);
  });

  it('creates a deleted schedule again only as a repair, with one token a minute', async () => {
    await create();
    bridge.group.clear();
    await createInGroup(aSchedule({ id: SOME_ID }), { nowMs: clock.now() });
    expect(bridge.names()).toEqual([]);

    const minute = Math.floor(clock.now() / MINUTE_MS);
    expect((await create({}, true)).ClientToken).toBe(`${NAME}-${minute}`);
  });

  it('is refused for good if EventBridge finds it not valid', async () => {
    bridge.refuse(() => true);

    await expect(create()).rejects.toMatchObject({ kind: 'invalid', code: 'SCHEDULE_REFUSED' });
    await expect(create()).rejects.toHaveProperty('cause.name', 'ValidationException');
  });

  it.each(['throttle', 'fail-before'] as const)('can be tried again after %s', async (kind) => {
    fail(kind);

    await expect(create()).rejects.toMatchObject(UNAVAILABLE);
    await expect(create()).rejects.toHaveProperty('cause');
  });
});

describe('the deletion of a schedule', () => {
  it('is no error if it does not exist', async () => {
    await create();

    await expect(deleteFromGroup(NAME)).resolves.toBeUndefined();
    await expect(deleteFromGroup(NAME)).resolves.toBeUndefined();
    expect(bridge.names()).toEqual([]);
  });

  it('fails if EventBridge cannot be reached', async () => {
    await create();
    fail('fail-before');

    await expect(deleteFromGroup(NAME)).rejects.toMatchObject(UNAVAILABLE);
    expect(bridge.names()).toEqual([NAME]);
  });
});

describe('the list of the group', () => {
  const put = (name: string, edit: Partial<StoredSchedule> = {}) => {
    bridge.group.set(name, { ...stored(), Name: name, ...edit });
    return listGroup().then((entries) => entries.find((one) => one.name === name));
  };

  it('has the schedules of all pages, at most 5,000', async () => {
    await create();
    for (let n = 1; n < 5_000; n += 1) bridge.group.set(`x${n}`, { ...stored(), Name: `x${n}` });

    const entries = await listGroup();
    expect(entries).toHaveLength(5_000);
    expect(new Set(entries.map(({ name }) => name)).size).toBe(5_000);
    bridge.group.set('more', { ...stored(), Name: 'more' });
    await expect(listGroup()).rejects.toMatchObject(UNAVAILABLE);
  });

  it('says when each was created, and that it is untouched', async () => {
    await create();

    expect(await listGroup()).toEqual([{ name: NAME, createdMs: clock.now(), isUntouched: true }]);
    bridge.group.clear();
    expect(await listGroup()).toEqual([]);
  });

  it('says which were changed: more than a second later, disabled, or with another target', async () => {
    await create();
    const nowMs = clock.now();

    expect(await put('same', { modifiedMs: nowMs + SECOND_MS })).toMatchObject({
      isUntouched: true,
    });
    for (const edit of [
      { modifiedMs: nowMs + SECOND_MS + 1 },
      { State: 'DISABLED' as const },
      { Target: { Arn: 'arn:aws:sqs:us-east-1:1:x', RoleArn: 'r' } },
      { Target: undefined },
    ]) {
      expect(await put('changed', edit)).toMatchObject({ isUntouched: false });
    }
  });

  it('leaves out schedules of another group', async () => {
    await create();

    expect(await put('foreign', { GroupName: 'default' })).toBeUndefined();
  });

  it('fails if EventBridge cannot be reached', async () => {
    fail('throttle');
    await expect(listGroup()).rejects.toMatchObject(UNAVAILABLE);
  });
});
