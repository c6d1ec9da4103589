/** Ends processes that are still running because the `make dev` that started them was killed. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  commands,
  descendants,
  identityOf,
  isRunning,
  type ProcessIdentity,
  signal,
  until,
} from './process.ts';

export interface StartedProcess {
  pid: number;
  /** Whether it leads a process group that is ended with it. */
  group: boolean;
  /** Resolves when it has ended. */
  ended: Promise<unknown>;
}

const STOP_TIMEOUT_MS = 20_000;

/** Writes a note about a process that works in `dir`, and removes the note when the process ends. */
export const noteProcess = (dir: string, { pid, group, ended }: StartedProcess): void => {
  mkdirSync(folderIn(dir), { recursive: true });
  const file = join(folderIn(dir), String(pid));
  const note: ProcessNote = { ...identityOf(pid), group };
  writeFileSync(file, JSON.stringify(note));
  void ended.then(() => rmSync(file, { force: true }));
};

/**
 * Ends the processes that an earlier start left running in `dir`. They get SIGTERM first, so that the local AWS saves its
 * state. A process that has the id of one of them by chance is not touched.
 */
export const endLeftovers = async (dir: string): Promise<void> => {
  await Promise.all(notesIn(dir).map(endProcess));
  rmSync(folderIn(dir), { recursive: true, force: true });
  // Functions end with the local AWS, except one that is busy when the local AWS is killed.
  for (const [pid, command] of commands()) if (isFunctionIn(dir, command)) signal(pid, 'SIGKILL');
};

type ProcessNote = ProcessIdentity & Pick<StartedProcess, 'group'>;

const endProcess = async ({ group, ...noted }: ProcessNote) => {
  const { pid } = noted;
  if (!isRunning(noted)) return;
  const children = descendants(pid).map(identityOf);
  signal(group ? -pid : pid, 'SIGTERM');
  const end = { timeoutMs: STOP_TIMEOUT_MS, what: `the end of process ${pid}` };
  await until(() => !isRunning(noted), end).catch(() => signal(pid, 'SIGKILL'));
  for (const child of children) if (isRunning(child)) signal(child.pid, 'SIGKILL');
  await until(() => !isRunning(noted), end);
};

const folderIn = (dir: string) => join(dir, 'processes');

const notesIn = (dir: string): ProcessNote[] =>
  (existsSync(folderIn(dir)) ? readdirSync(folderIn(dir)) : []).flatMap((name) => {
    try {
      return [JSON.parse(readFileSync(join(folderIn(dir), name), 'utf8')) as ProcessNote];
    } catch {
      // `make dev` was killed while it wrote the note. The process had not done anything yet.
      return [];
    }
  });

const isFunctionIn = (dir: string, command: string) => {
  const start = ` ${join(dir, 'tmp', 'ministack-lambda-')}`;
  const [program = '', script = '', ...more] = command.split(start);
  return more.length === 0 && /(^|\/)node$/.test(program) && /^[^/ ]+\/_worker\.js$/.test(script);
};
