import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { documentClient } from '#lib/data/table.ts';
import { DAY_MS, HOUR_MS, iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { fireId } from '#lib/schedules/fires/fire-message.ts';
import { pastFires } from '#lib/schedules/fires/past-fires.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import { aMessage } from '#test/support/builders.ts';
import { virtualClock } from '#test/support/clock.ts';
import { installDynamo } from '#test/support/dynamodb.ts';
import { aSchedule } from '#test/support/schedules.ts';

const MESSAGES_TABLE = env('MESSAGES_TABLE');
const db = installDynamo(documentClient, { clock: virtualClock() });
beforeEach(() => db.reset());
afterAll(() => db.uninstall());

/** `daily-hello` fires at noon in March, and was created on its first day at nine. */
const schedule = aSchedule({ end_date: '2026-04-01T00:00:00.000Z' });
const CREATED_MS = Date.parse(schedule.created_date);
const noon = (day: number) => CREATED_MS + 3 * HOUR_MS + (day - 1) * DAY_MS;

/** The schedule fires at a time: its message is created so much later. */
const fired = (ms: number, delayMs = 0) => {
  const message = { ...aMessage({ nowMs: ms + delayMs }), id: fireId(schedule.id, ms) };
  db.put(MESSAGES_TABLE, message);
  return { scheduled_time: iso(ms), message_id: message.id, status: message.status };
};
const timesOf = async (
  options: Parameters<typeof pastFires>[1],
  fields: Partial<Schedule> = {},
) => {
  const { fires, nextMs } = await pastFires({ ...schedule, ...fields }, options);
  return { times: fires.map(({ scheduled_time }) => Date.parse(scheduled_time)), nextMs };
};

describe('a page of past fires', () => {
  it('lists the fires before a time, newest first, and continues before its last one', async () => {
    for (const day of [1, 2, 3, 4]) fired(noon(day));

    const first = await timesOf({ beforeMs: noon(4), limit: 2 });
    const second = await timesOf({ beforeMs: first.nextMs ?? 0, limit: 2 });

    expect(first).toEqual({ times: [noon(3), noon(2)], nextMs: noon(2) });
    expect(second).toEqual({ times: [noon(1)], nextMs: undefined });
  });

  it('is the last one if it ends with the oldest fire', async () => {
    for (const day of [1, 2, 3]) fired(noon(day));

    expect(await timesOf({ beforeMs: noon(3) + 1, limit: 3 })).toEqual({
      times: [noon(3), noon(2), noon(1)],
      nextMs: undefined,
    });
    expect(await timesOf({ beforeMs: CREATED_MS, limit: 3 })).toEqual({
      times: [],
      nextMs: undefined,
    });
  });

  it('continues if the schedule is older than the fires that were looked for', async () => {
    for (const day of [1, 2, 3]) fired(noon(day));

    expect(await timesOf({ beforeMs: noon(3) + 1, limit: 1 })).toEqual({
      times: [noon(3)],
      nextMs: noon(3),
    });
  });

  it('has no more fires than asked for, if a day has more', async () => {
    const hourly = { schedule_expression: 'cron(0 * * * ? *)' };
    const hours = [1, 2, 3].map((hour) => CREATED_MS + hour * HOUR_MS);
    for (const ms of hours) fired(ms);
    const beforeMs = CREATED_MS + 5 * HOUR_MS;

    expect(await timesOf({ beforeMs, limit: 2 }, hourly)).toEqual({
      times: hours.slice(1).reverse(),
      nextMs: hours[1],
    });
    expect(await timesOf({ beforeMs, limit: 1 }, hourly)).toEqual({
      times: hours.slice(2),
      nextMs: hours[2],
    });
    expect(await timesOf({ beforeMs, limit: 4 }, hourly)).toEqual({
      times: hours.toReversed(),
      nextMs: undefined,
    });
  });

  it('has a fire in the minute in which the schedule was created', async () => {
    const created = { created_date: iso(noon(1) + 30 * SECOND_MS) };
    fired(noon(1));

    expect((await timesOf({ beforeMs: noon(2), limit: 9 }, created)).times).toEqual([noon(1)]);
  });

  it('ends after a thousand occurrences without a message, and the next one continues', async () => {
    const often = {
      schedule_expression: 'cron(0/10 * * * ? *)',
      created_date: iso(CREATED_MS - 9 * DAY_MS),
    };
    const oldestMs = CREATED_MS - 9 * DAY_MS;
    fired(oldestMs);

    expect(await timesOf({ beforeMs: CREATED_MS, limit: 10 }, often)).toEqual({
      times: [],
      nextMs: CREATED_MS - 7 * DAY_MS,
    });
    expect(await timesOf({ beforeMs: CREATED_MS - 7 * DAY_MS, limit: 10 }, often)).toEqual({
      times: [oldestMs],
      nextMs: undefined,
    });
  });

  it('leaves out no fire of a schedule with almost 2,000 occurrences in a week', async () => {
    const often = {
      schedule_expression: 'cron(0/5 1-23 * * ? *)',
      created_date: iso(CREATED_MS - 40 * DAY_MS),
    };
    const ms = CREATED_MS - 7 * DAY_MS - HOUR_MS;
    fired(ms);

    const first = await timesOf({ beforeMs: CREATED_MS, limit: 10 }, often);
    const second = await timesOf({ beforeMs: first.nextMs ?? 0, limit: 10 }, often);

    expect([...first.times, ...second.times]).toEqual([ms]);
  });

  it('of a schedule that seldom fires is found with few requests', async () => {
    const created = { created_date: iso(CREATED_MS - 400 * DAY_MS) };
    const page = await timesOf({ beforeMs: CREATED_MS, limit: 10 }, created);

    expect(page).toEqual({ times: [], nextMs: undefined });
    expect(db.operations.length).toBeLessThanOrEqual(12);
  });
});

describe('a past fire', () => {
  it('has the id and status of its message, and is late if that was created after the grace time', async () => {
    const graceMs = schedule.expect.grace_seconds * SECOND_MS;
    const inTime = fired(noon(1), graceMs);
    const late = fired(noon(2), graceMs + 1);

    const { fires } = await pastFires(schedule, { beforeMs: noon(3), limit: 9 });

    expect(fires).toEqual([
      { ...late, outcome: 'fired', late: true },
      { ...inTime, outcome: 'fired', late: false },
    ]);
  });

  it('is an occurrence that was skipped or missed, unless it has a message', async () => {
    const exceptions: Schedule['exceptions'] = [
      { scheduled_time: iso(noon(1)), outcome: 'skipped' },
      { scheduled_time: iso(noon(2)), outcome: 'missed' },
      { scheduled_time: iso(noon(3)), outcome: 'missed' },
      { scheduled_time: iso(noon(4)), outcome: 'shifted', fired_at: iso(noon(4) + HOUR_MS) },
      { scheduled_time: iso(noon(5)), outcome: 'missed' },
    ];
    const found = fired(noon(3));

    const { fires } = await pastFires({ ...schedule, exceptions }, { beforeMs: noon(5), limit: 9 });

    expect(fires).toEqual([
      { ...found, outcome: 'fired', late: false },
      { scheduled_time: iso(noon(2)), outcome: 'missed', late: false },
      { scheduled_time: iso(noon(1)), outcome: 'skipped', late: false },
    ]);
  });

  it('is found at a time that is no occurrence, if the row names the time', async () => {
    const [unexpectedMs, lastMs] = [noon(1) + HOUR_MS, noon(2) + HOUR_MS];
    for (const ms of [unexpectedMs, lastMs, lastMs + MINUTE_MS]) fired(ms);
    const fields = { unexpected_fires: [iso(unexpectedMs)], last_fired_at: iso(lastMs) };

    expect((await timesOf({ beforeMs: noon(4), limit: 9 }, fields)).times).toEqual([
      lastMs,
      unexpectedMs,
    ]);
    expect((await timesOf({ beforeMs: lastMs, limit: 9 }, fields)).times).toEqual([unexpectedMs]);
    expect((await timesOf({ beforeMs: noon(4), limit: 9 })).times).toEqual([]);
  });
});
