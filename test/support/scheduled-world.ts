import { fireSchedule } from '#handlers/scheduler/fire-schedule.ts';
import { createPublisher } from '#lib/bus/topics.ts';
import { findSchedule } from '#lib/data/schedules/schedules.ts';
import type { Message } from '#lib/messages/message.ts';
import { TOPICS } from '#lib/messages/routes.ts';
import { iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { createSchedule } from '#lib/schedules/commands.ts';
import { fire } from '#lib/schedules/fires/fire.ts';
import { fireId } from '#lib/schedules/fires/fire-message.ts';
import type { Schedule, ScheduleDraft } from '#lib/schedules/schedule.ts';
import { toMinute } from '#lib/schedules/timing.ts';
import { memoryQueue, type QueuedRecord } from './queue.ts';
import type { InvokeOptions } from './scheduler.ts';
import { aDraft, SCHEDULES_TABLE, SOME_ID } from './schedules.ts';
import { createWorld, type WorldOptions } from './world.ts';

/** The whole platform with its schedules, and an EventBridge that fires the schedules of its group. */
export const scheduledWorld = (options: WorldOptions = {}) => {
  const world = createWorld(options);
  const { bridge, clock, wire, db, log } = world;
  const fires = memoryQueue({
    clock,
    name: 'fires',
    visibilityMs: 3 * MINUTE_MS,
    maxReceives: 100,
  });
  let invocations = 0;

  const send = (
    schedule: Pick<Schedule, 'id' | 'timing_revision'>,
    scheduled_time: number | string,
  ): void =>
    fires.send(
      JSON.stringify({
        kind: 'fire',
        schedule_id: schedule.id,
        revision: schedule.timing_revision,
        scheduled_time: typeof scheduled_time === 'string' ? scheduled_time : iso(scheduled_time),
      }),
    );

  /** Receive a batch of fires as `handlers/scheduler` does, on the clock of this world. */
  const takeFires = async (records: readonly QueuedRecord[]) => {
    const deps = {
      publisher: createPublisher('scheduler', TOPICS),
      clock,
      log,
      stage: 'dev',
    } as const;
    const results = await Promise.allSettled(
      records.map(async ({ body, sentMs }) =>
        fireSchedule(
          { body, sentMs },
          {
            nowMs: clock.now(),
            log,
            findSchedule,
            fire: (schedule, due) => fire(schedule, due, deps),
          },
        ),
      ),
    );
    const failed = records.filter((_, n) => results[n]?.status === 'rejected');
    fires.settle(
      records,
      failed.map(({ messageId }) => messageId),
    );
    return results;
  };

  /** Run as a separate instance, which can be killed as Lambda kills. */
  const invoke = (what: string, run: () => Promise<unknown>) => {
    invocations += 1;
    const instance = `${what}-${invocations}`;
    let over = false;
    const done = wire
      .as(instance, run)
      .catch(() => undefined)
      .finally(() => {
        over = true;
      });
    return { done, isOver: () => over, kill: () => wire.kill(instance) };
  };

  /** Run it to its end, or kill it after its timeout. */
  const finish = async (
    invocation: { isOver: () => boolean; kill: () => void },
    timeoutMs = MINUTE_MS,
  ) => {
    const endMs = clock.now() + timeoutMs;
    await clock.advance(0);
    while (!invocation.isOver() && clock.now() < endMs) await clock.advance(SECOND_MS);
    if (!invocation.isOver()) invocation.kill();
  };

  const deliverFires = (pick?: (visible: QueuedRecord[]) => QueuedRecord[]) => {
    const { records } = fires.receive(pick ? { pick } : {});
    return records.length === 0 ? undefined : invoke('scheduler', () => takeFires(records));
  };

  /** Process the records of a queue until it is empty. */
  const work = async (): Promise<void> => {
    for (;;) {
      const taken = [deliverFires(), ...TOPICS.map((topic) => world.deliver(topic))].filter(
        (one) => one !== undefined,
      );
      if (taken.length === 0) return;
      for (const one of taken) await finish(one);
    }
  };

  const tick = () => finish(world.tick());

  return {
    ...world,
    /** Start one tick of the sweeper without waiting for it. */
    beginTick: world.tick,
    fires,
    send,
    takeFires,
    deliverFires,
    invoke,
    finish,
    work,
    tick,

    /** Send the fires that EventBridge sends from one time to before another. */
    emit: (fromMs: number, toMs: number, options: InvokeOptions = {}) => {
      for (const input of bridge.invocations(fromMs, toMs, options)) fires.send(input);
    },

    create: (overrides: Partial<ScheduleDraft> = {}, id = SOME_ID) =>
      createSchedule(aDraft(overrides), { id, createdBy: 'user:ada' }, { clock, log }),
    schedule: (id = SOME_ID) => db.get<Schedule>(SCHEDULES_TABLE, { id }),
    change: (changes: Partial<Schedule>, id = SOME_ID) =>
      db.put(SCHEDULES_TABLE, { ...db.get(SCHEDULES_TABLE, { id }), ...changes }),

    /** The message of a fire, if there is one. */
    fired: (dueMs: number, id = SOME_ID) => world.row(fireId(id, toMinute(dueMs))),
    fireMessages: (): Message[] =>
      world.rows().filter(({ created_by }) => created_by === 'scheduler'),
    /** The titles of the pushes of the sweeper, as the phone shows them, in order. */
    alerts: () =>
      world.phone
        .shown()
        .map(({ title = '', message }) => ({ title, message }))
        .filter(({ title }) => / is down$| works again$/.test(title)),

    reset: () => {
      world.reset();
      fires.purge();
    },
    uninstall: () => {
      db.uninstall();
      world.sns.uninstall();
      bridge.uninstall();
    },
  };
};

export type ScheduledWorld = ReturnType<typeof scheduledWorld>;
