import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { messageOf } from '#scripts/command.ts';
import { runSchedule } from '#scripts/fire.ts';
import { listSchedules } from '#scripts/list-schedules.ts';
import { tableText } from '#scripts/schedules.ts';
import { collectOutput, type FakeApi, startFakeApi } from './fake-api.ts';

const aListed = (name: string, more = {}) => ({
  ...{ id: `sched_${name}`, name, status: 'active', health: 'up', execution_count: 3 },
  ...{ schedule_expression: 'cron(0 7 * * ? *)', timezone: 'America/New_York', ...more },
});
const MESSAGE = { id: 'msg_1', status: 'created', created_date: '2026-01-01T00:00:00.000Z' };

let printed: ReturnType<typeof collectOutput>;
let api: FakeApi;

beforeEach(async () => {
  printed = collectOutput();
  api = await startFakeApi((line) => {
    if (line.startsWith('POST')) return { status: 202, body: MESSAGE };
    const isFirst = line === 'GET /api/schedules?limit=100';
    const data = isFirst ? [aListed('tea'), aListed('a b', { id: 'sched/x' })] : [aListed('milk')];
    return { body: { data, pagination: { cursor: isFirst ? 'c&1' : null, has_more: isFirst } } };
  });
});
afterEach(async () => {
  printed.restore();
  await api.stop();
});

describe('make schedules', () => {
  it('reads every page', async () => {
    const listed = await listSchedules(api.platform);

    expect(listed.map(({ name }) => name)).toEqual(['tea', 'a b', 'milk']);
    expect(api.requests.map(({ line }) => line)).toEqual([
      'GET /api/schedules?limit=100',
      'GET /api/schedules?limit=100&cursor=c%261',
    ]);
  });

  it('shows the next fire in the zone of the schedule, also across a clock change', () => {
    const rows = [
      aListed('winter', { next_fire_at: '2026-01-10T12:00:00.000Z' }),
      aListed('summer', { next_fire_at: '2026-07-10T11:00:00.000Z' }),
      aListed('paused', { status: 'paused', health: 'paused' }),
    ];

    expect(tableText(rows).split('\n')).toEqual([
      'NAME    EXPRESSION         ZONE              NEXT FIRE THERE   STATUS  HEALTH  RUNS  ID',
      'winter  cron(0 7 * * ? *)  America/New_York  2026-01-10 07:00  active  up      3     sched_winter',
      'summer  cron(0 7 * * ? *)  America/New_York  2026-07-10 07:00  active  up      3     sched_summer',
      'paused  cron(0 7 * * ? *)  America/New_York  -                 paused  paused  3     sched_paused',
    ]);
  });
});

describe('make fire in a stage', () => {
  it('runs the schedule with that name by hand', async () => {
    await runSchedule(api.platform, 'a b');

    expect(api.requests.at(-1)).toMatchObject({ line: 'POST /api/schedules/sched%2Fx/run' });
    expect(printed.output).toEqual([
      'a b runs by hand as msg_1',
      `its run: ${api.platform.apiUrl}/api/messages/msg_1/run`,
    ]);
  });

  it('runs nothing when there is no schedule with that name', async () => {
    const end = await runSchedule(api.platform, 'coffee').then(() => 'done', messageOf);

    expect(end).toBe('there is no schedule coffee; the schedules are tea, a b, milk');
    expect(api.requests.every(({ line }) => line.startsWith('GET'))).toBe(true);
  });
});
