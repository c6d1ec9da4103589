import { beforeEach, describe, expect, it } from 'vitest';
import { iso, MINUTE_MS } from '#lib/platform/clock.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import type { MessageTool } from '#lib/tools/tool.ts';
import { toolRegistry } from '#lib/tools/tool-registry.ts';
import { faultOfValue } from '#test/lib/tools/schemas.ts';
import { toolWorld } from '#test/lib/tools/tool-world.ts';
import { START_MS } from '#test/support/builders.ts';
import { aSchedule, SCHEDULES_TABLE } from '#test/support/schedules.ts';

const world = toolWorld();
beforeEach(() => world.reset());
const { call } = world;

let serial = 0;
const given = (fields: Partial<Schedule> = {}): Schedule => {
  serial += 1;
  const id = `sched_20260301120000_${String(serial).padStart(8, '0')}`;
  const row = aSchedule({ id, name: `tea-${serial}`, created_by: 'mcp:ada', ...fields });
  world.db.put(SCHEDULES_TABLE, { ...row });
  return row;
};
type Listed = Record<string, unknown> & { schedule_id: string };
const schedulesIn = (data: object) => (data as { schedules: Listed[] }).schedules;

describe('list_schedules', () => {
  it('lists schedules with their health and next fire, and no hidden field', async () => {
    const tea = given({ schedule_expression: 'cron(0 16 * * ? *)', timezone: 'Europe/Berlin' });
    given({ status: 'deleted' });

    const { text, data } = await call('list_schedules');

    expect(schedulesIn(data)).toEqual([
      {
        schedule_id: tea.id,
        name: tea.name,
        schedule_expression: 'cron(0 16 * * ? *)',
        timezone: 'Europe/Berlin',
        target_type: 'scheduled',
        target: { message_type: 'hello_world', payload: {} },
        overlap: 'skip',
        catch_up: 'latest',
        valid_for_seconds: 3_600,
        expect: { grace_seconds: 300, max_run_seconds: 900 },
        status: 'active',
        health: 'new',
        created_by: 'mcp:ada',
        next_fire_at: '2026-03-01T15:00:00.000Z',
      },
    ]);
    expect(text).toBe(
      `${tea.name} (${tea.id}): active, health new, cron(0 16 * * ? *) in Europe/Berlin, next fire 2026-03-01T15:00:00.000Z, creates hello_world`,
    );
  });

  it('has every field that update_schedule needs', async () => {
    given({
      description: 'tea',
      start_date: iso(START_MS),
      end_date: iso(START_MS + 1_000 * MINUTE_MS),
      max_runs: 9,
    });
    const update = toolRegistry([]).find('update_schedule') as MessageTool;
    const fields = Object.keys(update.input.properties as object);

    const [listed] = schedulesIn((await call('list_schedules')).data);
    const input = Object.fromEntries(
      Object.entries(listed ?? {}).filter(([name]) => fields.includes(name)),
    );

    expect(faultOfValue(update.input, input)).toBe('');
    expect(update.draftOf(input).arguments).toMatchObject({
      action: 'update',
      description: 'tea',
      max_runs: 9,
      expect: { grace_seconds: 300, max_run_seconds: 900 },
    });
  });

  it.each(['paused', 'deleted', 'error'] as const)('lists those that are %s', async (status) => {
    given();
    const { id } = given({ status });

    const { data } = await call('list_schedules', { status });

    expect(schedulesIn(data).map(({ schedule_id }) => schedule_id)).toEqual([id]);
  });

  it('lists at most fifty, and says that there are more', async () => {
    for (let n = 0; n < 51; n += 1) given({ created_date: iso(START_MS + n) });

    const { text, data } = await call('list_schedules');

    expect(schedulesIn(data)).toHaveLength(50);
    expect(data).toMatchObject({ truncated: true });
    expect(text).toMatch(/More schedules are not shown\.$/);
  });

  it('leaves out schedules that would make the answer too large, but never the first one', async () => {
    const payload = { message: 'x'.repeat(60_000) };
    for (let n = 0; n < 6; n += 1) given({ target: { message_type: 'manual', payload } });

    const { data } = await call('list_schedules');

    expect(schedulesIn(data)).toHaveLength(3);
    expect(data).toMatchObject({ truncated: true });
  });

  it('says that there is none', async () => {
    expect((await call('list_schedules')).text).toBe('There is no such schedule.');
  });
});

describe('preview_schedule', () => {
  it('lists the next fires, in local time and UTC', async () => {
    const { text, data } = await call('preview_schedule', {
      expression: 'cron(30 8 ? * MON-FRI *)',
      timezone: 'America/New_York',
      count: 2,
    });

    expect(data).toEqual({
      expression: 'cron(30 8 ? * MON-FRI *)',
      timezone: 'America/New_York',
      fires: [
        { local: '2026-03-02T08:30:00-05:00', utc: '2026-03-02T13:30:00.000Z' },
        { local: '2026-03-03T08:30:00-05:00', utc: '2026-03-03T13:30:00.000Z' },
      ],
      warnings: [],
    });
    expect(text.split('\n')).toEqual([
      'cron(30 8 ? * MON-FRI *) in America/New_York:',
      '2026-03-02T08:30:00-05:00 (2026-03-02T13:30:00.000Z)',
      '2026-03-03T08:30:00-05:00 (2026-03-03T13:30:00.000Z)',
    ]);
  });

  it('warns about clock changes, and says that it would never fire', async () => {
    const skipped = await call('preview_schedule', {
      expression: 'cron(30 2 * * ? *)',
      timezone: 'America/New_York',
    });
    const never = await call('preview_schedule', { expression: 'at(2020-01-01T00:00:00)' });

    expect((skipped.data as { warnings: string[] }).warnings).not.toEqual([]);
    expect(never.text).toContain('It would never fire.');
  });

  it.each([
    { input: {}, path: 'expression' },
    { input: { expression: '0 9 * * *' }, path: 'expression' },
    { input: { expression: 'rate(1 minute)' }, path: 'expression' },
    { input: { expression: 'rate(1 hour)', timezone: 'Mars/Base' }, path: 'timezone' },
    { input: { expression: 'rate(1 hour)', count: 51 }, path: 'count' },
    { input: { expression: 'rate(1 hour)', name: 'tea' }, path: 'name' },
  ])('refuses $path of $input', async ({ input, path }) => {
    await expect(call('preview_schedule', input)).rejects.toMatchObject({
      kind: 'invalid',
      code: 'VALIDATION_ERROR',
      details: [{ path, problem: expect.any(String) }],
    });
  });
});
