import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

const CHILD = join(import.meta.dirname, 'child.mjs');

export interface Trial {
  /** From starting the process until its handler is there. Milliseconds. */
  readyMs: number;
  /** Loading the bundle alone, warming up included. Milliseconds. */
  importMs: number;
  /** Node's own modules that were loaded by then. */
  modules: string[];
  /** Per event. */
  wallMs: number[];
  cpuUs: number[];
}

export interface TrialOptions {
  env: Readonly<Record<string, string>>;
  /** Invoked one after the other. */
  events?: readonly unknown[];
  /** Called between loading and the first invocation. */
  beforeFirst?: (pid: number) => Promise<void>;
}

/** A process that has loaded a bundle. */
export interface Running extends Pick<Trial, 'readyMs' | 'importMs' | 'modules'> {
  pid: number | undefined;
  /** Invokes the handler with one event after the other. @throws Error with what the process wrote when it fails */
  invoke: (events: readonly unknown[]) => Promise<Pick<Trial, 'wallMs' | 'cpuUs'>>;
  end: () => Promise<void>;
}

/** Loads a bundle in a process of its own and invokes it. @throws Error with what the process wrote when it fails. */
export const trial = async (
  bundle: string,
  { env, events = [], beforeFirst }: TrialOptions,
): Promise<Trial> => {
  const { pid, invoke, end, ...loaded } = await start(bundle, env);
  if (pid !== undefined) await beforeFirst?.(pid);
  const invoked = await invoke(events);
  await end();
  return { ...loaded, ...invoked };
};

/** Loads a bundle in a process of its own. @throws Error with what the process wrote when it fails. */
export const start = async (bundle: string, env: TrialOptions['env']): Promise<Running> => {
  const startedMs = performance.now();
  const child = spawn(process.execPath, [CHILD, bundle], {
    env,
    stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
  });
  let complaints = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaints += chunk.toString();
  });
  const ended = once(child, 'close');
  const lines = createInterface({ input: child.stdio[3] as Readable })[Symbol.asyncIterator]();
  const next = async <T>(): Promise<T> => {
    const { value, done } = await lines.next();
    if (!done) return JSON.parse(value) as T;
    await ended;
    throw new Error(`${bundle} failed:\n${complaints}`);
  };

  const loaded = await next<Pick<Trial, 'importMs' | 'modules'>>();
  return {
    readyMs: performance.now() - startedMs,
    ...loaded,
    pid: child.pid,
    invoke: (events) => {
      child.stdin?.write(`${JSON.stringify(events)}\n`);
      return next();
    },
    end: async () => {
      child.stdin?.end();
      await ended;
    },
  };
};
