/** Processes that outlive the one that started them, because that one was killed. */
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

export interface Started {
  pid: number;
  /** Whether it is ended together with its process group, which it leads. */
  group: boolean;
}

const STOP_TIMEOUT_MS = 20_000;

/** Note that a process works in `dir`, for whoever comes after us. */
export const noteProcess = (dir: string, { pid, group }: Started): void => {
  mkdirSync(folderIn(dir), { recursive: true });
  const noted: Noted = { ...identityOf(pid), group };
  writeFileSync(join(folderIn(dir), String(pid)), JSON.stringify(noted));
};

/**
 * End what an earlier start left running in `dir`: in order, so that the local AWS saves its state. A process that was
 * given the id of one of them later is left alone.
 */
export const endLeftovers = async (dir: string): Promise<void> => {
  await Promise.all(notedIn(dir).map(endInOrder));
  rmSync(folderIn(dir), { recursive: true, force: true });
  // Functions end with the local AWS, but for one that is in the middle of something when that is killed.
  for (const [pid, command] of commands()) if (isFunctionIn(dir, command)) signal(pid, 'SIGKILL');
};

/** What tells a process from another one that is given its id later. */
type Noted = ProcessIdentity & Pick<Started, 'group'>;

const endInOrder = async ({ group, ...noted }: Noted) => {
  const { pid } = noted;
  if (!isRunning(noted)) return;
  const children = descendants(pid).map(identityOf);
  signal(group ? -pid : pid, 'SIGTERM');
  const gone = { timeoutMs: STOP_TIMEOUT_MS, what: `the end of process ${pid}` };
  await until(() => !isRunning(noted), gone).catch(() => signal(pid, 'SIGKILL'));
  for (const child of children) if (isRunning(child)) signal(child.pid, 'SIGKILL');
  await until(() => !isRunning(noted), gone);
};

const folderIn = (dir: string) => join(dir, 'processes');

const notedIn = (dir: string): Noted[] =>
  (existsSync(folderIn(dir)) ? readdirSync(folderIn(dir)) : []).flatMap((name) => {
    try {
      return [JSON.parse(readFileSync(join(folderIn(dir), name), 'utf8')) as Noted];
    } catch {
      // Killed while it wrote the note: before it had started anything of use.
      return [];
    }
  });

const isFunctionIn = (dir: string, command: string) => {
  const start = ` ${join(dir, 'tmp', 'ministack-lambda-')}`;
  const [program = '', script = '', ...more] = command.split(start);
  return more.length === 0 && /(^|\/)node$/.test(program) && /^[^/ ]+\/_worker\.js$/.test(script);
};
