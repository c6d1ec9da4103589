import { ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseSchedule } from '#lib/schedules/draft.ts';
import { messageOf } from '#scripts/command.ts';
import { SEEDED_SCHEDULES, seedSchedules } from '#scripts/local/seeded-schedules.ts';
import { type FakeApi, startFakeApi } from '#test/scripts/fake-api.ts';
import { START_MS } from '#test/support/builders.ts';
import { intercept } from '#test/support/intercept.ts';

interface Created {
  id: string;
  name: string;
}

/** The schedules and the parameters of a platform. */
const setup = async () => {
  const parameters = new Map<string, string>();
  const schedules: Created[] = [];
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
    const { name = '' } = (api?.requests.at(-1)?.body ?? {}) as Partial<Created>;
    const created = { id: `sched_${name}`, name };
    schedules.push(created);
    return { status: 201, body: created };
  });
  const { platform } = api;
  return {
    schedules,
    seed: () => seedSchedules(ssm, async () => platform),
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
    const parsed = SEEDED_SCHEDULES.map((body) =>
      parseSchedule(body, { stage: 'dev', nowMs: START_MS }),
    );

    expect(parsed.map(({ name }) => name)).toEqual(['morning-weather', 'weekly-digest']);
  });

  it('are created once', async () => {
    expect(await made.seed()).toEqual(['morning-weather', 'weekly-digest']);
    const { length } = api?.requests ?? [];

    expect(await made.seed()).toEqual([]);
    expect(api?.requests).toHaveLength(length);
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
    expect(created).toEqual(['weekly-digest']);
    expect(made.schedules.map(({ name }) => name)).toEqual(['morning-weather', 'weekly-digest']);
  });
});
