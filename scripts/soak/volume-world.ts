import { TOPICS } from '#lib/messages/routes.ts';
import { isTerminal, type Status } from '#lib/messages/transitions.ts';
import { MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { invariants } from '#test/support/invariants.ts';
import { seeded } from '#test/support/random.ts';
import { createWorld, type Invocation } from '#test/support/world.ts';

export interface VolumeOptions {
  messages: number;
  seed: number;
  /** The run ends with an error at this time. Milliseconds since the Unix epoch. */
  untilMs: number;
}

/** What a run found. */
export interface VolumeReport {
  /** A sentence for each broken rule. */
  broken: string[];
  figures: Record<string, number>;
}

/** What happens in a minute. */
export interface MinutePlan {
  /** Whether the functions consume. */
  consumes: boolean;
  /** The number of sweepers that start at the same time. */
  sweepers: number;
}

/** The most invocations at the same time. */
const CONCURRENCY = 20;
const PUSHES_ARN = 'arn:aws:sns:us-east-1:000000000000:rez-agent-notifications-dev';

/** The simulated platform for volumes: it counts what happens, and keeps no list of calls and log lines. */
export const volumeWorld = ({ seed, untilMs }: Omit<VolumeOptions, 'messages'>) => {
  const random = seeded(seed);
  const systemRandom = Math.random;
  Math.random = random;
  const rules = invariants();
  const counts = { unfinished: 0, published: 0, released: 0, tries: 0, receives: 0 };
  const receivesOf = new Map<string, number>();
  const lastPublishedMs = new Map<string, number>();
  let shortestGapMs = Number.POSITIVE_INFINITY;

  const world = createWorld({
    // With equal clocks, functions would often act in the same millisecond.
    skewMs: () => Math.floor(random() * SECOND_MS),
    onChange: (change) => {
      rules.onChange(change);
      if (!change.table.includes('messages')) return;
      const isOpen = (row: typeof change.after) =>
        row !== undefined && !isTerminal(row.status as Status);
      counts.unfinished += Number(isOpen(change.after)) - Number(isOpen(change.before));
    },
  });
  const { clock, queues, sns, wire } = world;
  let running: Invocation[] = [];

  sns.subscribe(PUSHES_ARN, {
    send: (body) => {
      counts.published += 1;
      const id = messageIdOf(body);
      const beforeMs = lastPublishedMs.get(id);
      if (beforeMs !== undefined) shortestGapMs = Math.min(shortestGapMs, clock.now() - beforeMs);
      lastPublishedMs.set(id, clock.now());
    },
  });
  wire.decide(({ name }) => {
    if (name === 'http:POST') counts.tries += 1;
    return undefined;
  });

  const deliver = () => {
    for (const topic of TOPICS) {
      while (running.length < CONCURRENCY) {
        const started = world.deliver(topic);
        if (started === undefined) break;
        for (const { body, receiveCount } of started.records) {
          counts.receives = Math.max(counts.receives, receiveCount);
          const id = messageIdOf(body);
          receivesOf.set(id, (receivesOf.get(id) ?? 0) + 1);
        }
        running.push(started);
      }
    }
  };

  return {
    ...{ clock, counts, random, rules, world },
    /** Lets a minute pass. */
    minute: async ({ consumes, sweepers }: MinutePlan): Promise<void> => {
      if (Date.now() > untilMs) throw new Error('the run takes longer than SOAK_MINUTES allows');
      const endMs = clock.now() + MINUTE_MS;
      const ticks = Array.from({ length: sweepers }, world.tick);
      while (clock.now() < endMs || ticks.some((tick) => !tick.isOver())) {
        if (consumes) deliver();
        await clock.advance(SECOND_MS);
        running = running.filter((one) => !one.isOver());
      }
      for (const { message, fields } of world.log.lines) {
        if (message === 'tick completed') counts.released += Number(fields.released ?? 0);
      }
      world.log.lines.length = 0;
      sns.published.length = 0;
      wire.forgetCalls();
    },
    deadLetters: () => TOPICS.reduce((sum, name) => sum + queues[name].deadLetters.length, 0),
    /** The most receives of one message, over all of its wake-ups. */
    mostReceives: () => [...receivesOf.values()].reduce((most, one) => Math.max(most, one), 0),
    /** The shortest time between two wake-ups of the same message. Milliseconds. */
    shortestGapMs: () => shortestGapMs,
    close: () => {
      Math.random = systemRandom;
      world.db.uninstall();
      world.sns.uninstall();
    },
  };
};

export type VolumeWorld = ReturnType<typeof volumeWorld>;

const messageIdOf = (body: string): string =>
  (JSON.parse(body) as { message: { id: string } }).message.id;
