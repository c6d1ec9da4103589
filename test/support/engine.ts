import type { Publisher } from '#lib/bus/topics.ts';
import { documentClient } from '#lib/data/table.ts';
import type { Message } from '#lib/messages/message.ts';
import { env } from '#lib/platform/env.ts';
import { virtualClock } from './clock.ts';
import { installDynamo } from './dynamodb.ts';
import { capturingLog } from './log.ts';
import { createWire } from './wire.ts';

const MESSAGES_TABLE = env('MESSAGES_TABLE');

/** The dependencies of the engine, in memory: a store, a bus that records, a clock that stands still. */
export const engineWorld = () => {
  const clock = virtualClock();
  const wire = createWire({ clock });
  const db = installDynamo(documentClient, { clock, wire });
  const log = capturingLog();
  const published: string[] = [];
  let bus: 'up' | 'down' = 'up';
  const take = (messages: readonly Message[]) => {
    if (bus === 'down') throw new Error('the bus is down');
    published.push(...messages.map(({ id }) => id));
  };
  const publisher: Publisher = {
    publish: async (message) => take([message]),
    publishAll: async (messages) => {
      take(messages);
      return new Set(messages.map(({ id }) => id));
    },
  };
  return {
    clock,
    wire,
    db,
    log,
    published,
    publisher,
    /** The dependencies of `produce`, `redrive` and the sweeper. */
    deps: { publisher, clock, log },
    setBus: (state: typeof bus) => {
      bus = state;
    },
    row: (id: string) => db.get<Message>(MESSAGES_TABLE, { id }),
    rows: () => db.rows<Message>(MESSAGES_TABLE),
    given: (...messages: Message[]) => {
      for (const message of messages) db.put(MESSAGES_TABLE, message);
    },
    reset: () => {
      db.reset();
      wire.reset();
      published.length = 0;
      log.lines.length = 0;
      bus = 'up';
    },
  };
};
