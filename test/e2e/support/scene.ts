import { join } from 'node:path';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import type { FlagName } from '#lib/config/flags.ts';
import type { Message } from '#lib/messages/message.ts';
import { pushFunction } from '#scripts/local/code.ts';
import { parameterName } from '#scripts/local/contents.ts';
import type { Entry } from '#scripts/local/ntfy/store.ts';
import type { NtfyOptions } from '#scripts/local/ntfy-server.ts';
import { DIST_DIR } from '#scripts/local/places.ts';
import { type Queues, queuesAt } from './bodies.ts';
import { type Eventually, eventuallyIn } from './evidence.ts';
import { openPlatform, type Platform } from './platform.ts';
import { newRun, type Rows, rowsIn } from './rows.ts';

/** The platform, and what tests of its promises do with it. */
export interface Scene extends Platform {
  rows: Rows;
  queues: Queues;
  /** Wait for something by name; when it does not come, say so with the rows and log lines about it. */
  eventually: Eventually;
  /** Every time the server took a push of this message, repeated ones too. */
  sendsOf: (id: string) => Entry[];
  /** Requests that tried to publish so far, whatever came of them. */
  publishes: () => number;
  /**
   * Deploy a function once more as it is: new processes take over in order, and read parameters and flags at once
   * instead of believing old ones for minutes.
   */
  renew: (name: string) => Promise<void>;
  setFlag: (name: FlagName, value: string) => Promise<void>;
  /**
   * Wait until what was put into these queues since the scene opened is taken and acknowledged. What a killed function
   * of an earlier file had taken lies there invisible, and is not waited for.
   */
  drained: (...names: readonly string[]) => Promise<void>;
  /** Wait until every message of a run is completed; a run is known by its correlation id. */
  completed: (run: string, count: number) => Promise<Message[]>;
}

export const openScene = async (options: Omit<NtfyOptions, 'port'> = {}): Promise<Scene> => {
  const platform = await openPlatform(options);
  const { clients, queueUrls, ntfy, topic } = platform;
  const rows = rowsIn(clients);
  const eventually = eventuallyIn({ clients, rows });
  const queues = queuesAt(clients, queueUrls);
  const atOpening = new Map<string, number>();
  for (const name of Object.keys(queueUrls)) atOpening.set(name, await queues.depth(name));
  return {
    ...platform,
    rows,
    eventually,
    queues,
    sendsOf: (id) => ntfy.messages(topic).filter(({ sequence_id }) => sequence_id === id),
    publishes: () => ntfy.received.filter(({ method }) => method === 'POST').length,
    renew: async (name) => {
      const zip = join(DIST_DIR, `${name}.zip`);
      await pushFunction(clients.lambda, {
        name,
        zip,
        environment: { RENEWED: newRun('renewed') },
      });
    },
    setFlag: async (name, Value) => {
      const Name = parameterName(`flags/${name}`);
      await clients.ssm.send(new PutParameterCommand({ Name, Value, Overwrite: true }));
    },
    drained: async (...names) => {
      await eventually(`drained: ${names}`, {}, async () => {
        const depths = await Promise.all(names.map(queues.depth));
        return names.every((name, n) => (depths[n] ?? 0) <= (atOpening.get(name) ?? 0));
      });
    },
    completed: (run, count) =>
      eventually(`${count} completed messages of ${run}`, { runs: [run] }, async () => {
        const found = await rows.ofRun(run);
        const done = found.filter(({ status }) => status === 'completed');
        return done.length === count && found.length === count && found;
      }),
  };
};
