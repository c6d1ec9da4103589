import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startOf } from '#scripts/setup/processes.mjs';

const TAIL_LINES = 20;
/** Between SIGTERM and SIGKILL for a command. Milliseconds. */
const GRACE_MS = 15_000;

/** A port on 127.0.0.1 that the system says is free. */
export const freePort = (): Promise<number> => listenOnce(0);

/** Whether a port on 127.0.0.1 is free. */
export const isFree = (port: number): Promise<boolean> =>
  listenOnce(port).then(
    () => true,
    () => false,
  );

const listenOnce = (port: number) =>
  new Promise<number>((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

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
  await until(() => !isAlive(-pid), groupEnd).catch(() => signal(-pid, 'SIGKILL'));
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

/**
 * Repeats a check until it returns a value. `undefined`, `false` and an error mean "not yet".
 * @throws Error when the time is over
 */
export const until = async <T>(
  check: () => Promise<T | undefined | false> | T | undefined | false,
  { timeoutMs, everyMs = 50, what }: { timeoutMs: number; everyMs?: number; what: string },
): Promise<T> => {
  const endMs = Date.now() + timeoutMs;
  for (let cause: unknown; ; ) {
    try {
      const value = await check();
      if (value !== undefined && value !== false) return value;
    } catch (error) {
      cause = error;
    }
    if (Date.now() >= endMs) {
      throw new Error(`${what} did not happen within ${timeoutMs} ms`, { cause });
    }
    await sleep(everyMs);
  }
};

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** Sends a signal to a process, or to a group if the id is negative. Does nothing if it has ended. */
export const signal = (pid: number, name: NodeJS.Signals) => {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
};

/** The children of a process, their children, and so on. */
export const descendants = (pid: number): number[] => {
  const parents = parentOfEach();
  const found = new Set([pid]);
  for (let size = 0; size < found.size; ) {
    size = found.size;
    for (const [child, parent] of parents) if (found.has(parent)) found.add(child);
  }
  found.delete(pid);
  return [...found];
};

/** From `/proc`, because small images have no `ps`; from `ps` on macOS, which has no `/proc`. */
const parentOfEach = (): [child: number, parent: number][] =>
  existsSync('/proc/self/stat')
    ? readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name))
        .flatMap((name) => parentFromProc(Number(name)))
    : execFileSync('ps', ['-axo', 'pid=,ppid='], { encoding: 'utf8' })
        .trim()
        .split('\n')
        .map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);

const parentFromProc = (pid: number): [number, number][] => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return afterName[0] === 'Z' ? [] : [[pid, Number(afterName[1])]];
  } catch {
    return [];
  }
};

/** The command line of every process on this machine. */
export const commands = (): [pid: number, command: string][] =>
  existsSync('/proc/self/stat')
    ? readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name))
        .map((name) => [Number(name), commandFromProc(Number(name))])
    : execFileSync('ps', ['-axwwo', 'pid=,command='], { encoding: 'utf8' })
        .trim()
        .split('\n')
        .map((line) => {
          const [, pid = '', command = ''] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
          return [Number(pid), command.trim()];
        });

const commandFromProc = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
};

/** Identifies one process. A later process with the same id has another start. */
export interface ProcessIdentity {
  pid: number;
  /** Absent if the process had already ended. */
  start?: string;
}

export const identityOf = (pid: number): ProcessIdentity => {
  const start = startOf(pid);
  return start === undefined ? { pid } : { pid, start };
};

export const isRunning = ({ pid, start }: ProcessIdentity): boolean =>
  start !== undefined && startOf(pid) === start;
