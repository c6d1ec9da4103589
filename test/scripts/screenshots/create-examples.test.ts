import { afterEach, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '#lib/platform/clock.ts';
import { createExamples } from '#scripts/screenshots/create-examples.ts';
import {
  EXAMPLE_SCHEDULES,
  exampleMessages,
  FIRED_SCHEDULE,
} from '#scripts/screenshots/examples.ts';
import { type FakeApi, type FakeResponse, startFakeApi } from '#test/scripts/fake-api.ts';

const NOW_MS = Date.parse('2026-11-30T19:00:00Z');
const ROW = { status: 'created', created_date: '2026-11-30T19:00:00.000Z' };

let api: FakeApi | undefined;
afterEach(async () => {
  await api?.stop();
});

const COUNT = exampleMessages(NOW_MS).length;

/** An API where the first message of a run fails, and the others complete; with schedules of these names. */
const startApi = async (names: string[], fires = 0) => {
  let created = 0;
  const schedules = new Set(names);
  const respond = (line: string): FakeResponse => {
    if (line.startsWith('GET /api/schedules')) {
      const data = [...schedules].map((name) => ({
        ...{ id: `sched_${name}`, name, schedule_expression: 'rate(1 day)', timezone: 'UTC' },
        ...{ status: 'active', health: 'new', execution_count: fires },
      }));
      return { body: { data, pagination: { has_more: false } } };
    }
    if (line === 'POST /api/schedules') {
      for (const { name } of EXAMPLE_SCHEDULES) schedules.add(name);
      return { status: 201, body: { id: 'sched_1' } };
    }
    if (line.endsWith('/pause')) return { body: { id: 'sched_1' } };
    const [, number] = /^GET .*_(\d+)$/.exec(line) ?? [];
    if (number === undefined) {
      created += 1;
      return { status: 201, body: { ...ROW, id: `msg_${created}` } };
    }
    const status = Number(number) % COUNT === 1 ? 'failed' : 'completed';
    return { body: { ...ROW, id: `msg_${number}`, status } };
  };
  api = await startFakeApi(respond);
};

const bodiesAt = (line: string) =>
  (api?.requests ?? []).filter((one) => one.line === line).map(({ body }) => body);

const run = async (nowMs = NOW_MS) => {
  const fired: string[] = [];
  const fire = async (name: string, atMs: number) => void fired.push(`${name} ${nowMs - atMs}`);
  const platform = api?.platform ?? { apiUrl: '', token: '' };
  return { fired, ids: await createExamples({ ...platform, fire, nowMs }) };
};

it('make screenshots creates the schedules that are missing, and pauses only the paused one', async () => {
  await startApi([FIRED_SCHEDULE]);

  await run();

  const created = bodiesAt('POST /api/schedules').map((body) => (body as { name: string }).name);
  const missing = EXAMPLE_SCHEDULES.map(({ name }) => name).filter((n) => n !== FIRED_SCHEDULE);
  expect(created).toEqual(missing);
  expect(bodiesAt('POST /api/schedules/sched_1/pause')).toEqual([
    { reason: 'The garden sleeps until spring' },
  ]);
});

it('make screenshots creates every message once a day', async () => {
  await startApi([]);

  await run();
  await run(NOW_MS + 4 * HOUR_MS);
  await run(NOW_MS + 5 * HOUR_MS);

  const keys = (api?.requests ?? []).flatMap(({ idempotencyKey = [] }) => idempotencyKey);
  expect(new Set(keys).size).toBe(2 * COUNT);
  expect(keys.every((key) => /^[\w.-]{1,128}$/.test(key))).toBe(true);
});

it('make screenshots fires a schedule that has not fired yet, once for each minute before', async () => {
  await startApi([]);

  const { fired } = await run();

  const minutes = [4, 3, 2, 1].map((count) => `${FIRED_SCHEDULE} ${count * MINUTE_MS}`);
  expect(fired).toEqual(minutes);
});

it('make screenshots does not fire a schedule that has fired', async () => {
  await startApi([FIRED_SCHEDULE], 4);

  expect((await run()).fired).toEqual([]);
});

it('make screenshots finds the messages and the schedule that the pictures show', async () => {
  await startApi([FIRED_SCHEDULE]);

  const { ids } = await run();

  expect(ids).toEqual({
    forecast: `msg_${COUNT}`,
    failed: 'msg_1',
    schedule: `sched_${FIRED_SCHEDULE}`,
  });
});
