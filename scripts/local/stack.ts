/** Starts the whole platform on the local AWS, from a snapshot or by Terraform, with the current code. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { functionNames } from '#scripts/build.ts';
import { printError } from '#scripts/command.ts';
import { line } from '#scripts/printable.ts';
import { whileLocked } from '#scripts/setup/lock.mjs';
import { type LocalClients, localClients } from './clients.ts';
import { pushFunction } from './code.ts';
import { gatewayOf, queueUrlsOf, writeParameters } from './contents.ts';
import type { Gateway } from './front.ts';
import { stopLeftoverProcesses } from './leftovers.ts';
import { startMinistack } from './ministack.ts';
import type { OutsideServices } from './outside-services.ts';
import { LOCAL_DIR, LOCKS_DIR, ROOT } from './paths.ts';
import { freePort, isFree } from './ports.ts';
import type { ProgressStep } from './progress.ts';
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
  /** A folder that only this stack uses. */
  dir: string;
  /** The address for pushes: `https://host/topic`. */
  ntfyUrl: string;
  outside: OutsideServices;
  /** Origins that functions may call without TLS, such as `http://127.0.0.1:2586`. */
  localOrigins: readonly string[];
  /** The address of the front. */
  publicUrl: string;
  step: ProgressStep;
  /**
   * `last` continues with the last saved state of this folder. `snapshot` starts with an empty platform. `nothing` also
   * makes a new snapshot. If a state is missing, the next one in this order is used.
   */
  from: 'last' | 'snapshot' | 'nothing';
  /** The repository. Default: this one. */
  root?: string;
  /** Cancels the start. */
  signal?: AbortSignal;
}

export interface Stack {
  endpoint: string;
  /** The API that the front forwards requests to. */
  gateway: Gateway;
  clients: LocalClients;
  /** The URL of each queue by its short name: `fires`, `messages-dlq`, … */
  queueUrls: Readonly<Record<string, string>>;
  /** Folder names of the functions. */
  functionNames: readonly string[];
  /** Resolves when the local AWS has ended, with how it ended. */
  ended: () => Promise<string>;
  /** The current process id of the local AWS. The functions are its children. */
  pid: () => number;
  /** Deploys the zip of a function to its alias. @returns whether the code was new */
  pushCode: (name: string) => Promise<boolean>;
  /** Stops it and saves the state for the next start. */
  stop: () => Promise<void>;
  /** Stops it, runs `whileDown`, and starts it again with the same state. */
  restart: (whileDown?: () => Promise<void>) => Promise<void>;
}

/** The functions that call outside services. */
const CALLERS = ['notification', 'web-action'];

const STORE = join(LOCAL_DIR, 'snapshots');

/** @throws Error that says which step failed. No process is left running then */
export const startStack = async (options: StackOptions): Promise<Stack> => {
  const { dir, step, root = ROOT } = options;
  const key = snapshotKey(root);
  mkdirSync(dir, { recursive: true });
  await step('stopping processes of an earlier start', () => stopLeftoverProcesses(dir));
  takeLastSave(dir);
  const port = await prepareState(options, key);
  let ministack = await step('starting the local AWS', () => startMinistack({ dir, port }));
  const { endpoint } = ministack;
  const clients = localClients(endpoint);
  const names = functionNames(root);

  const pushCode = (name: string) =>
    pushFunction(clients.lambda, {
      name,
      zip: join(root, 'dist', `${name}.zip`),
      environment: CALLERS.includes(name) ? { LOCAL_ORIGINS: options.localOrigins.join(',') } : {},
      replaced: { PUBLIC_URL: options.publicUrl },
    });
  try {
    await step('pushing the code', () => Promise.all(names.map(pushCode)));
    await allowReturnTo(clients, options.publicUrl);
    await writeParameters(clients, options);
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
        // An unclean stop is shown, and the start follows all the same: it loads the last complete save.
        await step('stopping the local AWS', () => ministack.stop()).catch(printError);
        await whileDown?.();
        const start = () => startMinistack({ dir, port });
        ministack = await step('starting the local AWS', () =>
          start().catch((error: unknown) => {
            printError(error);
            return start();
          }),
        );
      },
    };
  } catch (error) {
    await ministack.kill();
    throw error;
  }
};

/** Prepares the state in the folder. @returns the port that the state contains */
const prepareState = async (options: StackOptions, key: string): Promise<number> => {
  const { dir, from, signal } = options;
  const last = readSnapshotMark(dir);
  if (from === 'last' && last?.key === key) return placeAtFreePort(dir, last);

  removeState(dir);
  await whileLocked(
    join(LOCKS_DIR, 'snapshots'),
    async () => {
      const folder = join(STORE, key);
      if (from === 'nothing') rmSync(folder, { recursive: true, force: true });
      if (readSnapshotMark(folder) === undefined) await makeSnapshotWithRetry(options, key);
    },
    {
      signal,
      onWait: (pid) =>
        console.error(
          line`waiting for another command that is making the snapshot (process ${pid})`,
        ),
    },
  );
  removeState(dir);
  const mark = restoreSnapshot(STORE, key, dir);
  if (mark === undefined) throw new Error(`the snapshot ${key} was removed by another process`);
  return placeAtFreePort(dir, mark);
};

/** Keeps the port of the state if it is free. Otherwise replaces it in the state with another port. @returns the port */
const placeAtFreePort = async (dir: string, before: SnapshotMark): Promise<number> => {
  const port = (await isFree(before.port)) ? before.port : await freePort();
  if (port !== before.port) removeSnapshotMark(dir);
  moveToPort(dir, before.port, port);
  writeSnapshotMark(dir, { ...before, port });
  return port;
};

/** How often a snapshot is made again after a dropped connection. */
const SNAPSHOT_RETRIES = 3;

/**
 * Makes the snapshot again from an empty state if Terraform fails because a resource already exists. The local AWS
 * sometimes drops a connection while many requests arrive. Terraform then repeats a request that was successful.
 */
const makeSnapshotWithRetry = async (
  options: StackOptions,
  key: string,
  retries = SNAPSHOT_RETRIES,
): Promise<void> => {
  try {
    await makeSnapshot(options, key);
  } catch (error) {
    const isDropped = error instanceof Error && /already exists/i.test(error.message);
    if (!isDropped || retries === 0) throw error;
    removeState(options.dir);
    await makeSnapshotWithRetry(options, key, retries - 1);
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

/** Removes the state. The logs stay, because they show what happened before. */
const removeState = (dir: string) => {
  for (const part of ['mark.json', 'state', 'saves', 's3', 'tmp', 'terraform.tfstate']) {
    rmSync(join(dir, part), { recursive: true, force: true });
  }
};
