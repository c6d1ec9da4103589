import { fireSchedule } from '#handlers/scheduler/fire-schedule.ts';
import { sweep } from '#handlers/sweeper/sweep.ts';
import { createPublisher, snsClient } from '#lib/bus/topics.ts';
import { findStaleEffects } from '#lib/data/effects/effect-lists.ts';
import { effectStore } from '#lib/data/effects/effect-store.ts';
import { findSchedule } from '#lib/data/schedules/schedules.ts';
import { documentClient } from '#lib/data/table.ts';
import { unknownReports } from '#lib/effects/report-unknown.ts';
import { consume } from '#lib/engine/consume.ts';
import { produce } from '#lib/engine/produce.ts';
import { redrive } from '#lib/engine/redrive.ts';
import { breakerHolds } from '#lib/engine/sweep/breaker-holds.ts';
import { hourlyRecount } from '#lib/engine/sweep/recount-hours.ts';
import { expiryReports } from '#lib/engine/sweep/report-expired.ts';
import { openingReports } from '#lib/engine/sweep/report-opened.ts';
import { conditionReports } from '#lib/engine/watch/watch-conditions.ts';
import type { StoredBreaker } from '#lib/http/breaker/breaker-schema.ts';
import type { Message } from '#lib/messages/message.ts';
import { type CheckedDraft, newMessage } from '#lib/messages/new-message.ts';
import type { Work } from '#lib/messages/outcome.ts';
import { ROUTES, type Route, TOPICS, type Topic } from '#lib/messages/routes.ts';
import { type Clock, iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { newMessageId } from '#lib/platform/id.ts';
import type { Logger } from '#lib/platform/logger.ts';
import { schedulerClient } from '#lib/schedules/event-bridge.ts';
import { fire } from '#lib/schedules/fires/fire.ts';
import { fireId } from '#lib/schedules/fires/fire-message.ts';
import { DAILY_HELLO } from '#lib/schedules/schedule.ts';
import { toMinute } from '#lib/schedules/timing.ts';
import { virtualClock } from './clock.ts';
import { memoryDoor } from './door.ts';
import { type DynamoOptions, installDynamo } from './dynamodb.ts';
import { capturingLog } from './log.ts';
import { memoryPhone } from './phone.ts';
import { memoryQueue, type QueuedRecord } from './queue.ts';
import { installScheduler } from './scheduler.ts';
import { aSchedule, SCHEDULES_TABLE } from './schedules.ts';
import { installSns } from './sns.ts';
import { createWire } from './wire.ts';
import { doorWorkOf, worksOf } from './works.ts';

export const MESSAGES_TABLE = env('MESSAGES_TABLE');
const BREAKERS_TABLE = env('BREAKERS_TABLE');
const TIMEOUT_MS = MINUTE_MS;
/** The functions that differ: their timeouts and the largest batches. */
const TIMEOUTS_MS: Partial<Record<Topic, number>> = { 'web-actions': 2 * MINUTE_MS };
const BATCHES: Partial<Record<Topic, number>> = { 'web-actions': 1 };
const timeoutMsOf = (topic: Topic): number => TIMEOUTS_MS[topic] ?? TIMEOUT_MS;

/** One invocation of a function. */
export interface Invocation {
  instance: string;
  /** Resolves when the function has responded; never, if it crashed. */
  done: Promise<void>;
  /** The records that it received. */
  records: readonly QueuedRecord[];
  startedMs: number;
  /** Lambda kills it that long after its start. Milliseconds. */
  timeoutMs: number;
  /** Kill it, as Lambda does at its timeout: none of its later calls has an effect. */
  kill: () => void;
  isOver: () => boolean;
}

export interface WorldOptions extends Pick<DynamoOptions, 'indexLagMs' | 'onChange'> {
  /** Whether the ntfy server supports sequence ids. */
  echoes?: boolean;
  /** How far the clock of a container is wrong. Milliseconds. */
  skewMs?: () => number;
  /** Replaces the work of a consumer in a container. `throughDoor` adds a call of the door to a work. */
  works?: (
    real: Record<Topic, Work>,
    throughDoor: (work: Work) => Work,
    container: { clock: Clock; log: Logger },
  ) => Partial<Record<Topic, Work>>;
}

interface Container {
  own: Clock;
  works: Record<Topic, Work>;
}

/**
 * The whole platform in one process: the real engine, jobs, channel and breaker, with an in-memory DynamoDB, SNS, SQS
 * and phone. Each of their calls goes through the wire.
 */
export const createWorld = ({
  echoes = true,
  skewMs = () => 0,
  works = () => ({}),
  ...dynamo
}: WorldOptions = {}) => {
  const clock = virtualClock();
  const wire = createWire({ clock });
  const log = capturingLog();
  const db = installDynamo(documentClient, { clock, wire, logOperations: false, ...dynamo });
  const sns = installSns(snsClient, { wire });
  const bridge = installScheduler(schedulerClient, { clock, wire });
  const phone = memoryPhone({ wire, clock, echoes });
  const door = memoryDoor({ wire, clock });
  const queues = Object.fromEntries(
    TOPICS.map((name) => [name, memoryQueue({ clock, name, visibilityMs: 6 * timeoutMsOf(name) })]),
  ) as Record<Topic, ReturnType<typeof memoryQueue>>;
  const topicOf = (arn: string) => TOPICS.find((name) => arn.endsWith(`rez-agent-${name}-dev`));
  for (const name of TOPICS) {
    sns.subscribe(`arn:aws:sns:us-east-1:000000000000:rez-agent-${name}-dev`, queues[name]);
  }

  // Containers that wait for their next invocation, each with the state of its process and the clock of its machine.
  const warm: Container[] = [];
  const container = (): Container => {
    const used = warm.pop();
    if (used !== undefined) return used;
    const own = clock.skewed(skewMs());
    const real = worksOf({ phone, clock: own, log });
    const throughDoor = doorWorkOf({ door, clock: own, log });
    return { own, works: { ...real, ...works(real, throughDoor, { clock: own, log }) } };
  };

  let reportExpired = expiryReports();
  const reportConditions = conditionReports();
  let reportOpened = openingReports();
  let reportUnknown = unknownReports();
  let recountHours = hourlyRecount();

  let instances = 0;
  const invoke = (
    what: string,
    records: readonly QueuedRecord[],
    timeoutMs: number,
    run: (instance: string) => Promise<void>,
  ): Invocation => {
    instances += 1;
    const instance = `${what}-${instances}`;
    let over = false;
    const done = wire
      .as(instance, () => run(instance))
      .finally(() => {
        over = true;
      });
    done.catch(() => {});
    return {
      instance,
      done,
      records,
      startedMs: clock.now(),
      timeoutMs,
      kill: () => {
        over = true;
        wire.kill(instance);
      },
      isOver: () => over,
    };
  };

  const depsOf = (source: string, own = clock.skewed(skewMs())) => ({
    publisher: createPublisher(source, TOPICS),
    clock: own,
    log,
  });

  return {
    clock,
    wire,
    log,
    db,
    sns,
    bridge,
    phone,
    door,
    queues,
    topicOf,

    /** Create a message as POST does. Resolves when the message is accepted. */
    post: (draft: Partial<CheckedDraft> = {}): Promise<Message> => {
      const deps = depsOf('web-api', clock);
      const nowMs = clock.now();
      const id = newMessageId(nowMs);
      return produce(
        newMessage(
          { message_type: 'manual', payload: { message: id }, ...draft },
          { id, created_by: 'user:local', correlation_id: id },
          { stage: 'dev', nowMs },
        ),
        deps,
      );
    },

    /** Redrive a message as the API does. */
    redrive: (id: string): Promise<Message> =>
      redrive(id, { by: 'user:local', reason: 'the cause is corrected' }, depsOf('web-api', clock)),

    /**
     * Deliver a fire of daily-hello to the scheduler.
     * @returns the id of its message
     */
    fire: async (scheduledMs: number): Promise<string> => {
      const deps = depsOf('scheduler', clock);
      if (db.get(SCHEDULES_TABLE, { id: DAILY_HELLO }) === undefined) {
        db.put(SCHEDULES_TABLE, { ...aSchedule({ overlap: 'allow' }) });
      }
      const body = JSON.stringify({
        kind: 'fire',
        schedule_id: DAILY_HELLO,
        scheduled_time: iso(scheduledMs),
      });
      await fireSchedule(
        { body, sentMs: scheduledMs },
        {
          nowMs: clock.now(),
          log,
          findSchedule,
          fire: (schedule, due) => fire(schedule, due, { ...deps, stage: 'dev' }),
        },
      );
      return fireId(DAILY_HELLO, toMinute(scheduledMs));
    },

    /** Invoke the consumer with a batch from its queue, as Lambda does; `undefined` if the queue is empty. */
    deliver: (
      topic: Topic,
      pick?: (visible: QueuedRecord[]) => QueuedRecord[],
    ): Invocation | undefined => {
      const queue = queues[topic];
      const max = BATCHES[topic];
      const { records } = queue.receive({
        ...(pick ? { pick } : {}),
        ...(max === undefined ? {} : { max }),
      });
      if (records.length === 0) return undefined;
      const consumer = consumerOf(topic);
      return invoke(consumer, records, timeoutMsOf(topic), async (instance) => {
        const used = container();
        const deps = depsOf(consumer, used.own);
        const results = await consume(
          records,
          {
            ...deps,
            consumer,
            invocation: instance,
            killedAtMs: deps.clock.now() + timeoutMsOf(topic),
          },
          used.works[topic],
        );
        const failed = records.filter((_record, n) => results[n]?.status === 'rejected');
        queue.settle(
          records,
          failed.map(({ messageId }) => messageId),
        );
        if (!wire.hangs(instance)) warm.push(used);
      });
    },

    /** Invoke the sweeper once. */
    tick: (): Invocation =>
      invoke('sweeper', [], TIMEOUT_MS, async () => {
        const deps = depsOf('sweeper');
        await sweep({
          ...deps,
          stage: 'dev',
          deadlineMs: deps.clock.now() + TIMEOUT_MS - 5 * SECOND_MS,
          holds: [],
          breakers: breakerHolds(['ntfy'], deps),
          reportExpired,
          reportOpened,
          reportUnknown: (tick) =>
            reportUnknown({
              ...tick,
              store: effectStore({ clock: deps.clock }),
              findStale: findStaleEffects,
              publicUrl: env('PUBLIC_URL'),
            }),
          // Tests of this world move time without ticks, and put more messages than the sweeper tolerates.
          reportMissedTicks: async () => 0,
          watches: () => ({}),
          reportConditions,
          recountHours,
          countDeadLetters: async () =>
            TOPICS.reduce((sum, name) => sum + queues[name].deadLetters.length, 0),
        });
      }),

    rows: () => db.rows<Message>(MESSAGES_TABLE),
    row: (id: string) => db.get<Message>(MESSAGES_TABLE, { id }),
    breaker: (service_name = 'ntfy') => db.get<StoredBreaker>(BREAKERS_TABLE, { service_name }),
    /** The services that only configuration names. */
    serviceNames: () => [
      ...(db.get<{ names: Set<string> }>(BREAKERS_TABLE, { service_name: 'names' })?.names ?? []),
    ],

    reset: ({ keepsRecounts = false } = {}) => {
      db.reset();
      sns.reset();
      bridge.reset();
      wire.reset();
      phone.reset();
      door.reset();
      for (const name of TOPICS) queues[name].purge();
      warm.length = 0;
      reportExpired = expiryReports();
      reportOpened = openingReports();
      reportUnknown = unknownReports();
      if (!keepsRecounts) recountHours = hourlyRecount();
      log.lines.length = 0;
    },
  };
};

const consumerOf = (topic: Topic): Route['consumer'] => {
  const route = Object.values(ROUTES).find((one) => one.topic === topic);
  if (route === undefined) throw new Error(`no function consumes ${topic}`);
  return route.consumer;
};

export type World = ReturnType<typeof createWorld>;

/**
 * Run everything that is left without faults, with deliveries and a tick every minute, until no message is unfinished
 * or the time is over.
 * @returns whether no message is unfinished
 */
export const drain = async (world: World, limitMs = 3 * 60 * MINUTE_MS): Promise<boolean> => {
  const endMs = world.clock.now() + limitMs;
  while (world.clock.now() < endMs) {
    await deliverAll(world);
    if (world.rows().every(({ status }) => status === 'completed' || status === 'failed'))
      return true;
    const tick = world.tick();
    while (!tick.isOver()) await world.clock.advance(SECOND_MS);
    await deliverAll(world);
    await world.clock.advance(MINUTE_MS);
  }
  return false;
};

const deliverAll = async (world: World): Promise<void> => {
  for (;;) {
    const started = TOPICS.map((topic) => world.deliver(topic)).filter((one) => one !== undefined);
    if (started.length === 0) return;
    while (!started.every((one) => one.isOver())) await world.clock.advance(SECOND_MS);
  }
};
