import { chmodSync, lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Permissions of everybody but the owner. */
const OTHERS = 0o077;

/**
 * Keep a folder, and all that this process and the processes it starts write from now on, from other users of the
 * machine: state, snapshots, keys, passwords and logs. What is there already loses the permissions of others; what links
 * in it name stays as it is.
 * @throws Error when something in the folder belongs to another user
 */
export const keepPrivate = (folder: string): void => {
  process.umask(OTHERS);
  mkdirSync(folder, { recursive: true });
  // The folder itself can be a link to another disk.
  restrict(`${folder}/`);
};

const restrict = (path: string): void => {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  // Another process may remove what it no longer needs.
  if (stat === undefined || stat.isSymbolicLink()) return;
  if ((stat.mode & OTHERS) !== 0) removePermissions(path, stat.mode);
  if (stat.isDirectory()) for (const name of entriesOf(path)) restrict(join(path, name));
};

const removePermissions = (path: string, mode: number) => {
  try {
    chmodSync(path, mode & 0o700);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw new Error(
      `${path} can be read by others and belongs to another user: remove it or make it yours`,
      { cause: error },
    );
  }
};

const entriesOf = (path: string): string[] => {
  try {
    return readdirSync(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
};

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code;
