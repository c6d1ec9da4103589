import { ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseSchedule } from '#lib/schedules/draft.ts';
import { messageOf } from '#scripts/command.ts';
import { seededSchedules, seedSchedules } from '#scripts/local/seeded-schedules.ts';
import { type FakeApi, startFakeApi } from '#test/scripts/fake-api.ts';
import { START_MS } from '#test/support/builders.ts';
import { intercept } from '#test/support/intercept.ts';

interface Created {
  id: string;
  name: string;
}

const NAMES = ['morning-weather', 'weekly-digest', 'saturday-tee-time'];

/** The schedules and the parameters of a platform. */
const setup = async () => {
  const parameters = new Map<string, string>();
  const schedules: Created[] = [];
  const paused: string[] = [];
  let isBroken = false;
  const ssm = new SSMClient({ region: 'us-east-1' });
  intercept(ssm, {
    service: 'ssm',
    answer: (command, input) => {
      const { Name = '', Value = '' } = input as { Name?: string; Value?: string };
      if (command === 'PutParameter') parameters.set(Name, Value);
      const found = parameters.get(Name);
      if (found === undefined) throw new ParameterNotFound({ message: Name, $metadata: {} });
      return { Parameter: { Value: found } };
    },
  });
  api = await startFakeApi((line) => {
    if (line.startsWith('GET')) {
      const shown = { schedule_expression: 'x', timezone: 'UTC', status: 'active', health: 'new' };
      const data = schedules.map((one) => ({ ...one, ...shown, execution_count: 0 }));
      return { body: { data, pagination: { cursor: null, has_more: false } } };
    }
    if (isBroken && schedules.length > 0) {
      return { status: 503, body: { error: { message: 'the store is down' } } };
    }
    const [, pausedId] = /schedules\/(\w.*)\/pause$/.exec(line) ?? [];
    if (pausedId !== undefined) {
      paused.push(pausedId);
      return { body: { id: pausedId } };
    }
    const { name = '' } = (api?.requests.at(-1)?.body ?? {}) as Partial<Created>;
    const created = { id: `sched_${name}`, name };
    schedules.push(created);
    return { status: 201, body: created };
  });
  const { platform } = api;
  return {
    schedules,
    paused,
    seed: () => seedSchedules(ssm, async () => platform, START_MS),
    breakAfterFirst: (broken: boolean) => {
      isBroken = broken;
    },
  };
};

let api: FakeApi | undefined;
let made: Awaited<ReturnType<typeof setup>>;

beforeEach(async () => {
  made = await setup();
});
afterEach(() => api?.stop());

describe('the schedules of a new platform on this machine', () => {
  it('are valid', () => {
    const parsed = seededSchedules(START_MS).map((body) =>
      parseSchedule(body, { stage: 'dev', nowMs: START_MS }),
    );

    expect(parsed.map(({ name }) => name)).toEqual(NAMES);
  });

  it('are created once', async () => {
    expect(await made.seed()).toEqual(NAMES);
    const { length } = api?.requests ?? [];

    expect(await made.seed()).toEqual([]);
    expect(api?.requests).toHaveLength(length);
  });

  it.each([
    { now: '2026-07-06T14:30:00Z', saturday: '2026-07-11' },
    { now: '2026-07-11T03:59:00Z', saturday: '2026-07-11' },
    { now: '2026-07-11T04:00:00Z', saturday: '2026-07-18' },
    { now: '2026-10-31T16:00:00Z', saturday: '2026-11-07' },
  ])('search a tee time on Saturday $saturday, and are created at $now', ({ now, saturday }) => {
    const [golf] = seededSchedules(Date.parse(now)).filter(
      ({ name }) => name === 'saturday-tee-time',
    );

    expect(golf?.target.payload).toMatchObject({ date: saturday, auto_book: true });
    expect(golf?.schedule_expression).toBe(`at(${saturday}T05:00:00)`);
  });

  it('do not fire by themselves when they book', async () => {
    await made.seed();

    expect(made.paused).toEqual(['sched_saturday-tee-time']);
  });

  it('stay deleted after a person deleted them', async () => {
    await made.seed();
    made.schedules.length = 0;

    await made.seed();

    expect(made.schedules).toEqual([]);
  });

  it('are completed when a start was stopped in between', async () => {
    made.breakAfterFirst(true);
    const end = await made.seed().then(() => 'done', messageOf);
    made.breakAfterFirst(false);

    const created = await made.seed();

    expect(end).toBe('503 the store is down');
    expect(created).toEqual(['weekly-digest', 'saturday-tee-time']);
    expect(made.schedules.map(({ name }) => name)).toEqual(NAMES);
  });
});
