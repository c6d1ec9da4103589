import { afterAll, describe, expect, it } from 'vitest';
import { MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { eventBridgeName, isActive, type Schedule } from '#lib/schedules/schedule.ts';
import { SCHEDULES_TABLE } from '#test/support/schedules.ts';
import type { Fault } from '#test/support/wire.ts';
import { createWorld, drain } from '#test/support/world.ts';

const FAULTS: readonly Fault[] = [
  { kind: 'fail-before' },
  { kind: 'fail-after' },
  { kind: 'applied-twice' },
  { kind: 'die', at: 'before' },
  { kind: 'die', at: 'after' },
];

const world = createWorld();
afterAll(() => {
  world.db.uninstall();
  world.sns.uninstall();
});

const TEA = {
  name: 'tea',
  schedule_expression: 'cron(0 16 * * ? *)',
  target_type: 'scheduled',
};
const TARGET = { message_type: 'manual', payload: { message: 'Tea time' } };

const schedules = () =>
  world.db.rows<Schedule>(SCHEDULES_TABLE).filter(({ id }) => id.startsWith('sched_'));

/** Requests a change and runs the scheduler once, which may die. */
const ask = async (args: Record<string, unknown>, payload: Record<string, unknown> = {}) => {
  const { id } = await world.post({ message_type: 'schedule_creation', payload, arguments: args });
  const first = world.deliver('schedule-creation');
  for (let waited = 0; waited < 70 && !first?.isOver(); waited += 1) {
    await world.clock.advance(SECOND_MS);
  }
  return id;
};

const create = () => ask({ ...TEA, action: 'create', run_now: true }, TARGET);

/** The expected result of each change, whatever fails. */
const CHANGES = {
  create: { children: ['manual', 'notify'], status: 'active', ask: create },
  update: {
    children: ['notify'],
    status: 'active',
    ask: () => ask({ ...TEA, action: 'update', description: 'with milk' }, TARGET),
  },
  pause: {
    children: ['notify'],
    status: 'paused',
    ask: () => ask({ action: 'pause', name: 'tea' }),
  },
  delete: {
    children: ['notify'],
    status: 'deleted',
    ask: () => ask({ action: 'delete', name: 'tea' }),
  },
} as const;

const begin = async (action: keyof typeof CHANGES) => {
  world.reset();
  world.tick();
  await world.clock.advance(MINUTE_MS);
  if (action !== 'create') await create();
  await drain(world);
};

describe('a change by message', () => {
  it.each(Object.keys(CHANGES) as (keyof typeof CHANGES)[])(
    '%s is made once and reported once, wherever the scheduler fails or crashes (F01, F15, F16)',
    async (action) => {
      const { children, status, ask: change } = CHANGES[action];
      let calls = 0;
      for (let nth = 0; nth <= calls; nth += 1) {
        for (const fault of nth === 0 ? FAULTS.slice(0, 1) : FAULTS) {
          await begin(action);
          let seen = 0;
          world.wire.decide(({ instance }) => {
            if (!instance?.startsWith('scheduler')) return undefined;
            seen += 1;
            return seen === nth ? fault : undefined;
          });
          const id = await change();
          if (nth === 0) calls = seen;
          const isOver = await drain(world);

          const place = `${JSON.stringify(fault)} at call ${nth} of ${action}`;
          const created = world.rows().filter(({ parent_id }) => parent_id === id);
          expect(isOver, place).toBe(true);
          expect(world.row(id)?.result?.outcome, place).not.toBe('refused');
          expect(created.map(({ message_type }) => message_type).sort(), place).toEqual(children);
          expect(schedules(), place).toMatchObject([
            { status, revision: action === 'create' ? 1 : 2 },
          ]);
          // Foreign schedules are not deleted for five minutes.
          await world.clock.advance(6 * MINUTE_MS);
          const tick = world.tick();
          while (!tick.isOver()) await world.clock.advance(SECOND_MS);
          const wanted = schedules().filter(isActive).map(eventBridgeName);
          expect(world.bridge.names(), place).toEqual(wanted);
        }
      }
      expect(calls).toBeGreaterThan(8);
    },
  );
});
