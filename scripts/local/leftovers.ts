/** Stops processes that still run because the `make dev` that started them was killed. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  commands,
  descendants,
  identityOf,
  isRunning,
  type ProcessIdentity,
  signal,
} from './process-tree.ts';
import { waitUntil } from './wait-until.ts';

export interface StartedProcess {
  pid: number;
  /** Whether it leads a process group that is stopped with it. */
  group: boolean;
  /** Resolves when it has ended. */
  ended: Promise<unknown>;
}

const STOP_TIMEOUT_MS = 20_000;

/** Writes the PID file of a process that works in `dir`, and removes it when the process ends. */
export const writePidFile = (dir: string, { pid, group, ended }: StartedProcess): void => {
  mkdirSync(folderIn(dir), { recursive: true });
  const file = join(folderIn(dir), String(pid));
  const content: PidFile = { ...identityOf(pid), group };
  writeFileSync(file, JSON.stringify(content));
  void ended.then(() => rmSync(file, { force: true }));
};

/**
 * Stops the processes that an earlier start left running in `dir`. They get SIGTERM first, so that the local AWS saves its
 * state. A later process with the same id is not stopped.
 */
export const stopLeftoverProcesses = async (dir: string): Promise<void> => {
  await Promise.all(pidFilesIn(dir).map(stopProcess));
  rmSync(folderIn(dir), { recursive: true, force: true });
  // Functions end with the local AWS, except one that is busy when the local AWS is killed.
  for (const [pid, command] of commands()) if (isFunctionIn(dir, command)) signal(pid, 'SIGKILL');
};

type PidFile = ProcessIdentity & Pick<StartedProcess, 'group'>;

const stopProcess = async ({ group, ...identity }: PidFile) => {
  const { pid } = identity;
  if (!isRunning(identity)) return;
  const children = descendants(pid).map(identityOf);
  signal(group ? -pid : pid, 'SIGTERM');
  const end = { timeoutMs: STOP_TIMEOUT_MS, what: `the end of process ${pid}` };
  await waitUntil(() => !isRunning(identity), end).catch(() => signal(pid, 'SIGKILL'));
  for (const child of children) if (isRunning(child)) signal(child.pid, 'SIGKILL');
  await waitUntil(() => !isRunning(identity), end);
};

const folderIn = (dir: string) => join(dir, 'processes');

const pidFilesIn = (dir: string): PidFile[] =>
  (existsSync(folderIn(dir)) ? readdirSync(folderIn(dir)) : []).flatMap((name) => {
    try {
      return [JSON.parse(readFileSync(join(folderIn(dir), name), 'utf8')) as PidFile];
    } catch {
      // `make dev` was killed while it wrote the file. The process had not done anything yet.
      return [];
    }
  });

const isFunctionIn = (dir: string, command: string) => {
  const start = ` ${join(dir, 'tmp', 'ministack-lambda-')}`;
  const [program = '', script = '', ...more] = command.split(start);
  return more.length === 0 && /(^|\/)node$/.test(program) && /^[^/ ]+\/_worker\.js$/.test(script);
};
