import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { isAlive, signal } from './process-tree.ts';
import { waitUntil } from './wait-until.ts';

const TAIL_LINES = 20;
/** Between SIGTERM and SIGKILL for a command. Milliseconds. */
const GRACE_MS = 15_000;

export interface RunToLogOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** The command's output is appended to this file. The error of a failed command quotes the end of it. */
  logFile: string;
  /** The command is ended after this time. Milliseconds. */
  timeoutMs: number;
  /** Ends the command earlier. */
  signal?: AbortSignal | undefined;
  /** Called with the process id of the command, and a promise that resolves when it has ended. */
  onStart?: (pid: number, ended: Promise<unknown>) => void;
}

/**
 * Runs a command to its end and writes its output to a file.
 * @throws Error with the end of the output when the command fails, cannot be started or takes too long
 */
export const runToLog = async (
  command: string,
  args: readonly string[],
  { cwd, env, logFile, timeoutMs, signal: stop, onStart }: RunToLogOptions,
): Promise<void> => {
  const output = openSync(logFile, 'a');
  const from = readFileSync(logFile).length;
  try {
    // In its own process group: Ctrl-C reaches only this process, which then ends the whole group.
    const child = spawn(command, args, {
      detached: true,
      stdio: ['ignore', output, output],
      ...(cwd === undefined ? {} : { cwd }),
      ...(env === undefined ? {} : { env }),
    });
    const ended = ending(child);
    if (child.pid !== undefined) onStart?.(child.pid, ended);
    const timeout = AbortSignal.timeout(timeoutMs);
    const limit = stop === undefined ? timeout : AbortSignal.any([timeout, stop]);
    const end = await endBefore(limit, child, ended);
    stop?.throwIfAborted();
    if (end === 'code 0') return;
    const printed = readFileSync(logFile).subarray(from).toString();
    throw new Error(`${command} ${args.join(' ')}: ended with ${end}\n${lastLines(printed)}`);
  } finally {
    closeSync(output);
  }
};

/** How a process ended. When `limit` is aborted, its process group gets SIGTERM, and later SIGKILL. */
const endBefore = async (limit: AbortSignal, { pid }: ChildProcess, ended: Promise<string>) => {
  if (pid === undefined) return ended;
  const terminate = () => signal(-pid, 'SIGTERM');
  if (limit.aborted) terminate();
  else limit.addEventListener('abort', terminate, { once: true });
  const end = await Promise.race([ended, aborted(limit)]);
  limit.removeEventListener('abort', terminate);
  if (end !== undefined) return end;
  const groupEnd = { timeoutMs: GRACE_MS, what: 'the end of a command' };
  await waitUntil(() => !isAlive(-pid), groupEnd).catch(() => signal(-pid, 'SIGKILL'));
  return ended;
};

const aborted = (limit: AbortSignal) =>
  new Promise<undefined>((resolve) => {
    if (limit.aborted) resolve(undefined);
    else limit.addEventListener('abort', () => resolve(undefined), { once: true });
  });

/** How a process ended: `code 0`, `signal SIGKILL`, or why it did not start. */
export const ending = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(endOf(child));
    child.once('error', (error) => resolve(error.message));
    child.once('exit', () => resolve(endOf(child)));
  });

const endOf = ({ exitCode, signalCode }: ChildProcess) =>
  signalCode === null ? `code ${exitCode}` : `signal ${signalCode}`;

export const lastLines = (text: string) => text.trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
