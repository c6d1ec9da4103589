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

/** Loads a bundle in a process of its own and invokes it. @throws Error with what the process wrote when it fails. */
export const trial = async (
  bundle: string,
  { env, events = [], beforeFirst }: TrialOptions,
): Promise<Trial> => {
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
  const readyMs = performance.now() - startedMs;
  if (child.pid !== undefined) await beforeFirst?.(child.pid);
  child.stdin?.end(JSON.stringify(events));
  const invoked = await next<Pick<Trial, 'wallMs' | 'cpuUs'>>();
  await ended;
  return { readyMs, ...loaded, ...invoked };
};
