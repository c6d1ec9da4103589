import { join } from 'node:path';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import type { FlagName } from '#lib/config/flags.ts';
import type { Message } from '#lib/messages/message.ts';
import { pushFunction } from '#scripts/local/code.ts';
import { parameterName } from '#scripts/local/contents.ts';
import type { Entry } from '#scripts/local/ntfy/store.ts';
import type { NtfyOptions } from '#scripts/local/ntfy-server.ts';
import { DIST_DIR } from '#scripts/local/paths.ts';
import { type Eventually, eventuallyIn } from './eventually.ts';
import { openPlatform, type Platform } from './platform.ts';
import { type Queues, queuesAt } from './queues.ts';
import { newRun, type Rows, rowsIn } from './rows.ts';

/** The platform with the functions that tests need. */
export interface Scene extends Platform {
  rows: Rows;
  queues: Queues;
  /** Wait for something. If it does not come, the error contains its name and the rows and log lines about it. */
  eventually: Eventually;
  /** Every time that the server accepted a push of this message, repeated ones included. */
  sendsOf: (id: string) => Entry[];
  /** The number of requests that tried to publish so far. */
  publishes: () => number;
  /**
   * Deploy a function again without changes. New processes replace the old ones and read parameters and flags at
   * once.
   */
  renew: (name: string) => Promise<void>;
  setFlag: (name: FlagName, value: string) => Promise<void>;
  /**
   * Wait until the records that were sent to these queues since the scene opened are received and acknowledged.
   * Records that a killed function of an earlier file had received are still hidden there, and are not waited for.
   */
  drained: (...names: readonly string[]) => Promise<void>;
  /** Wait until every message of a run, given by its correlation id, is completed. */
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
