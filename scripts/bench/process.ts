import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

const CHILD = join(import.meta.dirname, 'child.mjs');

export interface Trial {
  /** From the start of the process until the handler is ready. Milliseconds. */
  readyMs: number;
  /** The import of the bundle, with its warm-up. Milliseconds. */
  importMs: number;
  /** The built-in modules that are loaded by then. */
  modules: string[];
  /** Per event. */
  wallMs: number[];
  cpuUs: number[];
}

export interface TrialOptions {
  env: Readonly<Record<string, string>>;
  /** Invoked one after the other. */
  events?: readonly unknown[];
  /** Called between the import and the first invocation. */
  beforeFirst?: (pid: number) => Promise<void>;
}

/** A process that has imported a bundle. */
export interface RunningBundle extends Pick<Trial, 'readyMs' | 'importMs' | 'modules'> {
  pid: number | undefined;
  /** Invokes the handler with one event after the other. @throws Error with the output of the process when it fails */
  invoke: (events: readonly unknown[]) => Promise<Pick<Trial, 'wallMs' | 'cpuUs'>>;
  end: () => Promise<void>;
}

/** Imports a bundle in a new process and invokes it. @throws Error with the output of the process when it fails */
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

/** Imports a bundle in a new process. @throws Error with the output of the process when it fails */
export const start = async (bundle: string, env: TrialOptions['env']): Promise<RunningBundle> => {
  const startedMs = performance.now();
  const child = spawn(process.execPath, [CHILD, bundle], {
    // As in Lambda, where the bundle is in this folder.
    env: { ...env, LAMBDA_TASK_ROOT: dirname(bundle) },
    stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const ended = once(child, 'close');
  const lines = createInterface({ input: child.stdio[3] as Readable })[Symbol.asyncIterator]();
  const next = async <T>(): Promise<T> => {
    const { value, done } = await lines.next();
    if (!done) return JSON.parse(value) as T;
    await ended;
    throw new Error(`${bundle} failed:\n${output}`);
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
