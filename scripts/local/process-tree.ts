import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { startOf } from '#scripts/setup/processes.mjs';

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
