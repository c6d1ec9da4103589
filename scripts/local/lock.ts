import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isAlive, until } from './process.ts';

const PATIENCE_MS = 300_000;

/** Take `file` as ours, unless a process that lives has it. @returns whether we have it now. */
export const tryLock = (file: string): boolean => {
  mkdirSync(dirname(file), { recursive: true });
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    if (isAlive(holderOf(file))) return false;
    rmSync(file, { force: true });
    return tryLock(file);
  }
};

export const unlock = (file: string): void => rmSync(file, { force: true });

/** One process at a time on this machine; the others wait. @throws Error when it takes minutes. */
export const whileLocked = async <T>(file: string, work: () => Promise<T>): Promise<T> => {
  await until(() => tryLock(file), {
    timeoutMs: PATIENCE_MS,
    everyMs: 250,
    what: `the release of ${file}`,
  });
  try {
    return await work();
  } finally {
    unlock(file);
  }
};

/** -1 is nobody's id, for a file that went away or is being written. */
const holderOf = (file: string): number => {
  try {
    return Number(readFileSync(file, 'utf8')) || process.pid;
  } catch {
    return 2 ** 30;
  }
};
