// Locks between the processes of this machine. Runs on any Node from 20, before anything is installed.
//
// A lock is a folder with one link in it. Its name is a number, its target names the processes that hold the lock, or
// nobody. To take the lock is to make the next number: the system lets one process do that. A number is never used
// twice, so a process that acts on an old look at the folder cannot take what another one holds.
import { mkdirSync, readdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startOf } from './processes.mjs';

const NOBODY = 'nobody';
const LOOK_EVERY_MS = 250;

/**
 * Take the lock unless a running process holds it. The lock of a process that ended is free.
 * @returns the lock, or undefined when somebody else holds it.
 */
export const tryLock = (folder) => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (;;) {
    const last = newest(folder);
    const holders = last === 0 ? [] : holdersOf(folder, last);
    // The link went away under the look: another process has a newer one.
    if (holders === undefined) continue;
    if (holders.length > 0) return undefined;
    const mine = last + 1;
    if (!make(folder, mine, [process.pid])) continue;
    if (newest(folder) === mine) return held(folder, mine);
    rmSync(join(folder, String(mine)), { force: true });
  }
};

/** Do the work while nobody else does work under the same lock. Waits as long as that takes. */
export const whileLocked = async (folder, work, { onWait = () => {}, signal } = {}) => {
  let lock = tryLock(folder);
  for (let told = false; lock === undefined; lock = tryLock(folder)) {
    const holder = holderOf(folder);
    if (!told && holder !== undefined) onWait(holder);
    told ||= holder !== undefined;
    await sleep(LOOK_EVERY_MS, undefined, { signal });
  }
  try {
    return await work(lock);
  } finally {
    lock.release();
  }
};

/** Process id of a running process that holds the lock. */
export const holderOf = (folder) => {
  const last = newest(folder);
  return last === 0 ? undefined : holdersOf(folder, last)?.[0];
};

const held = (folder, number) => {
  const pids = [process.pid];
  for (const older of numbers(folder)) {
    if (older < number) rmSync(join(folder, String(older)), { force: true });
  }
  return {
    /** The lock is held until this process has ended, too: a child may outlive whoever took the lock. */
    add: (pid) => {
      pids.push(pid);
      replace(folder, number, pids);
    },
    release: () => replace(folder, number, []),
  };
};

const numbers = (folder) => {
  try {
    return readdirSync(folder)
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
};

const newest = (folder) => Math.max(0, ...numbers(folder));

/** Ids of the holders that run; undefined when there is no such link any more. */
const holdersOf = (folder, number) => {
  try {
    const target = readlinkSync(join(folder, String(number)));
    const holders = target === NOBODY ? [] : target.split(',').map((one) => one.split('@'));
    return holders
      .filter(([pid, start]) => startOf(Number(pid)) === start)
      .map(([pid]) => Number(pid));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
};

/** @returns false when the number is taken. */
const make = (folder, name, pids) => {
  try {
    symlinkSync(textOf(pids), join(folder, String(name)));
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
};

const replace = (folder, number, pids) => {
  const draft = `draft-${process.pid}`;
  rmSync(join(folder, draft), { force: true });
  make(folder, draft, pids);
  renameSync(join(folder, draft), join(folder, String(number)));
};

const textOf = (pids) => pids.map((pid) => `${pid}@${startOf(pid)}`).join() || NOBODY;
