/** The whole platform on the local AWS: restored from a snapshot or applied by Terraform, with the code as it is now. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { functionNames } from '#scripts/build.ts';
import { line } from '#scripts/printable.ts';
import { whileLocked } from '#scripts/setup/lock.mjs';
import { type LocalClients, localClients } from './clients.ts';
import { pushFunction } from './code.ts';
import { gatewayOf, queueUrlsOf, writeParameters } from './contents.ts';
import type { Gateway } from './front.ts';
import { endLeftovers } from './leftovers.ts';
import { startMinistack } from './ministack.ts';
import { LOCAL_DIR, LOCKS_DIR, ROOT } from './places.ts';
import { freePort, isFree } from './process.ts';
import type { Step } from './progress.ts';
import { allowReturnTo } from './public-url.ts';
import { takeLastSave } from './saves.ts';
import {
  moveToPort,
  readSnapshotMark,
  removeSnapshotMark,
  restoreSnapshot,
  type SnapshotMark,
  saveSnapshot,
  snapshotKey,
  writeSnapshotMark,
} from './snapshot.ts';
import { applyLocalRoot } from './terraform.ts';

export interface StackOptions {
  /** Folder of this stack and nobody else's. */
  dir: string;
  /** Where pushes go: `https://host/topic`. */
  ntfyUrl: string;
  /** Origins that may be plain http, as `http://127.0.0.1:2586`. */
  localOrigins: readonly string[];
  /** The front's address. */
  publicUrl: string;
  step: Step;
  /**
   * `last` goes on with what the last run in this folder saved; `snapshot` begins with an empty platform; `nothing`
   * makes the snapshot again, too. What is not there falls back to the next.
   */
  from: 'last' | 'snapshot' | 'nothing';
  /** The repository. Default: this one. */
  root?: string;
  /** Gives the start up. */
  signal?: AbortSignal;
}

export interface Stack {
  endpoint: string;
  /** What the front passes requests on to. */
  gateway: Gateway;
  clients: LocalClients;
  /** URL of each queue by its short name: `fires`, `messages-dlq`, … */
  queueUrls: Readonly<Record<string, string>>;
  /** Folder names of the functions. */
  functionNames: readonly string[];
  /** How the local AWS ended, once it has. */
  ended: () => Promise<string>;
  /** Process id of the local AWS at the moment; the functions are its children. */
  pid: () => number;
  /** Put a function's zip behind its alias. @returns whether it was another one. */
  pushCode: (name: string) => Promise<boolean>;
  /** End it in order; the next start goes on from here. */
  stop: () => Promise<void>;
  /** Stop in order and start again with everything in its place, once `whileDown` is over. */
  restart: (whileDown?: () => Promise<void>) => Promise<void>;
}

const STORE = join(LOCAL_DIR, 'snapshots');

/** @throws Error that says which step failed; nothing is left running then. */
export const startStack = async (options: StackOptions): Promise<Stack> => {
  const { dir, step, root = ROOT } = options;
  const key = snapshotKey(root);
  mkdirSync(dir, { recursive: true });
  await step('stopping what an earlier start left running', () => endLeftovers(dir));
  takeLastSave(dir);
  const port = await furnish(options, key);
  let ministack = await step('starting the local AWS', () => startMinistack({ dir, port }));
  const { endpoint } = ministack;
  const clients = localClients(endpoint);
  const names = functionNames(root);

  const pushCode = (name: string) =>
    pushFunction(clients.lambda, {
      name,
      zip: join(root, 'dist', `${name}.zip`),
      environment: name === 'notification' ? { LOCAL_ORIGINS: options.localOrigins.join(',') } : {},
      known: { PUBLIC_URL: options.publicUrl },
    });
  try {
    await step('pushing the code', () => Promise.all(names.map(pushCode)));
    await allowReturnTo(clients, options.publicUrl);
    await writeParameters(clients.ssm, options.ntfyUrl);
    return {
      endpoint,
      gateway: await gatewayOf(endpoint),
      clients,
      queueUrls: await queueUrlsOf(clients.sqs),
      functionNames: names,
      pid: () => ministack.pid,
      ended: () => ministack.ended,
      pushCode,
      stop: () => ministack.stop(),
      restart: async (whileDown) => {
        await ministack.stop();
        await whileDown?.();
        ministack = await startMinistack({ dir, port });
      },
    };
  } catch (error) {
    await ministack.kill();
    throw error;
  }
};

/** Put what a stack starts from into its folder. @returns the port that it speaks of. */
const furnish = async (options: StackOptions, key: string): Promise<number> => {
  const { dir, from, signal } = options;
  const last = readSnapshotMark(dir);
  if (from === 'last' && last?.key === key) return settle(dir, last);

  empty(dir);
  await whileLocked(
    join(LOCKS_DIR, 'snapshots'),
    async () => {
      const kept = join(STORE, key);
      if (from === 'nothing') rmSync(kept, { recursive: true, force: true });
      if (readSnapshotMark(kept) === undefined) await makeSnapshotOrAgain(options, key);
    },
    {
      signal,
      onWait: (pid) =>
        console.error(line`waiting for the snapshot that another command makes (process ${pid})`),
    },
  );
  empty(dir);
  const mark = restoreSnapshot(STORE, key, dir);
  if (mark === undefined) throw new Error(`the snapshot ${key} went away`);
  return settle(dir, mark);
};

/** The port of before if it is free, so that addresses stay; else another one, and the state is moved to it. */
const settle = async (dir: string, before: SnapshotMark): Promise<number> => {
  const port = (await isFree(before.port)) ? before.port : await freePort();
  if (port !== before.port) removeSnapshotMark(dir);
  moveToPort(dir, before.port, port);
  writeSnapshotMark(dir, { ...before, port });
  return port;
};

/**
 * The local AWS now and then drops a connection under the first storm of requests. Terraform sends again what it got no
 * answer to, and finds made what it wants to make: then once more, from nothing.
 */
const makeSnapshotOrAgain = async (options: StackOptions, key: string) => {
  try {
    await makeSnapshot(options, key);
  } catch (error) {
    if (!(error instanceof Error) || !/already exists/i.test(error.message)) throw error;
    empty(options.dir);
    await makeSnapshot(options, key);
  }
};

const makeSnapshot = async (options: StackOptions, key: string) => {
  const { dir, step, root = ROOT } = options;
  const ministack = await startMinistack({ dir });
  try {
    await applyLocalRoot({
      root,
      dir,
      endpoint: ministack.endpoint,
      clients: localClients(ministack.endpoint),
      variables: {
        dist_dir: join(root, 'dist'),
        local_endpoint: ministack.endpoint,
        local_origins: options.localOrigins.join(','),
        ntfy_url: options.ntfyUrl,
        public_url: options.publicUrl,
      },
      step,
      signal: options.signal,
    });
    await ministack.stop();
  } catch (error) {
    await ministack.kill();
    throw error;
  }
  takeLastSave(dir);
  saveSnapshot(dir, STORE, { key, port: ministack.port });
};

/** Logs stay: they tell what happened before. */
const empty = (dir: string) => {
  for (const part of ['mark.json', 'state', 'saves', 's3', 'tmp', 'terraform.tfstate']) {
    rmSync(join(dir, part), { recursive: true, force: true });
  }
};
