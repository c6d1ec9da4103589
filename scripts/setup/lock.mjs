// Locks between the processes of this machine. Runs on Node 20 or newer, before anything is installed.
//
// A lock is a folder that contains one link. The name of the link is a number. Its target names the processes that hold
// the lock, or nobody. A process takes the lock by creating the link with the next number, which only one process can do.
// A number is never used twice, so a process that has read an old state of the folder cannot take a lock that is held.
import { mkdirSync, readdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startOf } from './processes.mjs';

const NOBODY = 'nobody';
const CHECK_INTERVAL_MS = 250;

/**
 * Takes the lock unless a running process holds it. The lock of a process that ended is free.
 * @returns the lock, or undefined when another process holds it
 */
export const tryLock = (folder) => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (;;) {
    const last = newest(folder);
    const holders = last === 0 ? [] : holdersOf(folder, last);
    // The link was removed in the meantime: another process made a newer one.
    if (holders === undefined) continue;
    if (holders.length > 0) return undefined;
    const mine = last + 1;
    if (!make(folder, mine, [process.pid])) continue;
    if (newest(folder) === mine) return held(folder, mine);
    rmSync(join(folder, String(mine)), { force: true });
  }
};

/** Takes the lock, does the work and releases the lock. Waits without a limit for the lock. */
export const whileLocked = async (folder, work, { onWait = () => {}, signal } = {}) => {
  let lock = tryLock(folder);
  for (let hasReported = false; lock === undefined; lock = tryLock(folder)) {
    const holder = holderOf(folder);
    if (!hasReported && holder !== undefined) onWait(holder);
    hasReported ||= holder !== undefined;
    await sleep(CHECK_INTERVAL_MS, undefined, { signal });
  }
  try {
    return await work(lock);
  } finally {
    lock.release();
  }
};

/** The process id of a running process that holds the lock, or undefined. */
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
    /** The lock is held until this process has ended, too. A child can outlive the process that took the lock. */
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

/** The ids of the running holders. Undefined when the link does not exist any more. */
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

/** @returns false when the number is taken */
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
