import { beforeEach, describe, expect, it } from 'vitest';
import { HOUR_MS, iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { createSchedule, pauseSchedule, updateSchedule } from '#lib/schedules/commands.ts';
import { reconcile } from '#lib/schedules/reconcile.ts';
import { aDraft, SOME_ID } from '#test/support/schedules.ts';
import { healthyStage } from './healthy-stage.ts';

const stage = healthyStage();
const { world } = stage;
const NAME = `${SOME_ID}-r1`;

const create = (overrides = {}) =>
  createSchedule(aDraft(overrides), { id: SOME_ID, createdBy: 'user:ada' }, world.deps);
const lines = () => stage.lines('schedules');
const changes = () =>
  world.wire.calls().filter(({ name }) => /Create|Delete|Put|Update/.test(name));

beforeEach(async () => {
  await create();
  await world.clock.advance(HOUR_MS);
});

describe('the line schedules', () => {
  it('is ok when EventBridge has the same schedules, and changes nothing', async () => {
    const before = changes().length;

    expect(await lines()).toEqual([
      { state: 'ok', name: 'schedules', text: '1 active, and EventBridge has the same' },
    ]);
    expect(changes()).toHaveLength(before);
  });

  it('is failed for a schedule that is missing in EventBridge, until the sweeper has created it', async () => {
    world.bridge.group.delete(NAME);

    expect(await lines()).toEqual([
      {
        state: 'failed',
        name: 'schedules',
        text: `${NAME} is missing in EventBridge, so it does not fire`,
        fix: expect.stringContaining('aws logs tail /aws/lambda/rez-agent-sweeper-dev'),
      },
    ]);
    await reconcile(world.sweeping());
    expect(await lines()).toMatchObject([{ state: 'ok' }]);
  });

  it('is failed for a schedule that somebody disabled or edited', async () => {
    const entry = world.bridge.group.get(NAME);
    if (entry === undefined) throw new Error('there is no schedule');
    entry.State = 'DISABLED';

    expect(await lines()).toMatchObject([
      { state: 'failed', text: `${NAME} was edited or disabled in EventBridge` },
    ]);
  });

  it('is failed for a schedule that no row needs', async () => {
    const entry = world.bridge.group.get(NAME);
    if (entry === undefined) throw new Error('there is no schedule');
    world.bridge.group.set('made-by-hand', { ...entry, Name: 'made-by-hand' });

    expect(await lines()).toMatchObject([
      {
        state: 'failed',
        text: 'made-by-hand is in EventBridge, and no schedule of the platform needs it',
      },
    ]);
  });

  it('has one line for each difference', async () => {
    const entry = world.bridge.group.get(NAME);
    if (entry === undefined) throw new Error('there is no schedule');
    world.bridge.group.delete(NAME);
    world.bridge.group.set('made-by-hand', { ...entry, Name: 'made-by-hand' });

    expect((await lines()).map(({ text }) => text.split(' ')[0])).toEqual([NAME, 'made-by-hand']);
  });

  it('is ok during a change that is younger than five minutes', async () => {
    const entry = world.bridge.group.get(NAME);
    if (entry === undefined) throw new Error('there is no schedule');
    const createdMs = world.clock.now() - 4 * MINUTE_MS;
    const Name = 'just-created';
    world.bridge.group.set(NAME, { ...entry, State: 'DISABLED', createdMs, modifiedMs: createdMs });
    world.bridge.group.set(Name, { ...entry, Name, createdMs, modifiedMs: createdMs });

    expect(await lines()).toMatchObject([{ state: 'ok' }]);
    await world.clock.advance(2 * MINUTE_MS);
    expect((await lines()).map(({ text }) => text.split(' ')[0])).toEqual([NAME, Name]);
  });

  it('is ok for a paused schedule, and for one with a new timing', async () => {
    await updateSchedule(
      SOME_ID,
      aDraft({ schedule_expression: 'cron(0 17 * * ? *)' }),
      world.deps,
    );
    expect(await lines()).toMatchObject([{ state: 'ok' }]);

    await pauseSchedule(SOME_ID, { reason: 'maintenance' }, world.deps);
    await world.clock.advance(HOUR_MS);
    await reconcile(world.sweeping());
    expect(await lines()).toMatchObject([
      { state: 'ok', text: expect.stringContaining('0 active') },
    ]);
  });

  it('is ok for a schedule that has fired for the last time, which EventBridge has deleted', async () => {
    const due = iso(world.clock.now() + 10 * MINUTE_MS).slice(0, 17);
    await updateSchedule(
      SOME_ID,
      aDraft({ schedule_expression: `at(${due}00)`, catch_up: 'none' }),
      world.deps,
    );
    await world.clock.advance(HOUR_MS);
    world.bridge.group.clear();

    expect(await lines()).toMatchObject([{ state: 'ok' }]);
  });

  it('is failed when EventBridge cannot be read', async () => {
    world.wire.decide(({ name }) =>
      name === 'scheduler:ListSchedules'
        ? { kind: 'fail-before', error: stage.accessDenied() }
        : undefined,
    );

    expect(await lines()).toMatchObject([
      {
        state: 'failed',
        text: 'not checked: EventBridge cannot be reached: User ada is not authorized',
        fix: expect.stringContaining('scheduler:ListSchedules'),
      },
    ]);
  });
});
