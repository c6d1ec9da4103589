import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startOf } from '#scripts/setup/processes.mjs';

const TAIL_LINES = 20;
/** For a command that was asked to end. Milliseconds. */
const GRACE_MS = 15_000;

/** A port on 127.0.0.1 that was free a moment ago, asked from the kernel. */
export const freePort = (): Promise<number> => listenOnce(0);

/** Whether somebody could listen on `port` of 127.0.0.1 a moment ago. */
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
  /** Everything the command prints goes here; the error of a failed command quotes its end. */
  logFile: string;
  /** Milliseconds, after which the command is ended. */
  timeoutMs: number;
  /** Ends the command earlier. */
  signal?: AbortSignal | undefined;
  /** Is told the process id of the command. */
  onStart?: (pid: number) => void;
}

/**
 * Run a command to its end.
 * @throws Error with the end of its output when it fails, cannot be started or takes too long.
 */
export const runToLog = async (
  command: string,
  args: readonly string[],
  { cwd, env, logFile, timeoutMs, signal: wish, onStart }: RunToLogOptions,
): Promise<void> => {
  const output = openSync(logFile, 'a');
  const from = readFileSync(logFile).length;
  try {
    // Its own process group: Ctrl-C reaches the caller alone, who ends it with everything that it started.
    const child = spawn(command, args, {
      detached: true,
      stdio: ['ignore', output, output],
      ...(cwd === undefined ? {} : { cwd }),
      ...(env === undefined ? {} : { env }),
    });
    const ended = ending(child);
    if (child.pid !== undefined) onStart?.(child.pid);
    const timeout = AbortSignal.timeout(timeoutMs);
    const limit = wish === undefined ? timeout : AbortSignal.any([timeout, wish]);
    const end = await endedOr(limit, child, ended);
    wish?.throwIfAborted();
    if (end === 'code 0') return;
    const said = readFileSync(logFile).subarray(from).toString();
    throw new Error(`${command} ${args.join(' ')}: ended with ${end}\n${lastLines(said)}`);
  } finally {
    closeSync(output);
  }
};

/** The end of a process and of its group, brought about when `limit` says so. */
const endedOr = async (limit: AbortSignal, { pid }: ChildProcess, ended: Promise<string>) => {
  if (pid === undefined) return ended;
  const askToEnd = () => signal(-pid, 'SIGTERM');
  if (limit.aborted) askToEnd();
  else limit.addEventListener('abort', askToEnd, { once: true });
  const over = await Promise.race([ended, aborted(limit)]);
  limit.removeEventListener('abort', askToEnd);
  if (over !== undefined) return over;
  const gone = { timeoutMs: GRACE_MS, what: 'the end of a command' };
  await until(() => !isAlive(-pid), gone).catch(() => signal(-pid, 'SIGKILL'));
  return ended;
};

const aborted = (wish: AbortSignal) =>
  new Promise<undefined>((resolve) => {
    if (wish.aborted) resolve(undefined);
    else wish.addEventListener('abort', () => resolve(undefined), { once: true });
  });

/** How a process ended: `code 0`, `signal SIGKILL`, or why it never started. */
export const ending = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(endOf(child));
    child.once('error', (error) => resolve(error.message));
    child.once('exit', () => resolve(endOf(child)));
  });

const endOf = ({ exitCode, signalCode }: ChildProcess) =>
  signalCode === null ? `code ${exitCode}` : `signal ${signalCode}`;

export const lastLines = (text: string) => text.trimEnd().split('\n').slice(-TAIL_LINES).join('\n');

/** Ask until it answers something; `undefined`, `false` and a throw mean "not yet". @throws Error when time is up. */
export const until = async <T>(
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  { timeoutMs, everyMs = 50, what }: { timeoutMs: number; everyMs?: number; what: string },
): Promise<T> => {
  const end = Date.now() + timeoutMs;
  for (let last: unknown; ; ) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
    } catch (error) {
      last = error;
    }
    if (Date.now() >= end) {
      throw new Error(`${what} did not happen within ${timeoutMs} ms`, { cause: last });
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

/** Send a signal; a process that is gone already is fine. A negative id is a group's. */
export const signal = (pid: number, name: NodeJS.Signals) => {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
};

/** Children of a process, their children, and so on. */
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

/** Small images have no `ps`, macOS has no `/proc`. */
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

/** What every process on this machine was started with. */
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

/** A process, told from others that are given its id later. */
export interface ProcessIdentity {
  pid: number;
  /** Absent for a process that had ended already. */
  start?: string;
}

export const identityOf = (pid: number): ProcessIdentity => {
  const start = startOf(pid);
  return start === undefined ? { pid } : { pid, start };
};

export const isRunning = ({ pid, start }: ProcessIdentity): boolean =>
  start !== undefined && startOf(pid) === start;
