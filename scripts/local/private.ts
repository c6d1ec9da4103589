import { chmodSync, lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Permissions of the group and of other users. */
const OTHERS = 0o077;

/**
 * Removes the permissions of other users from a folder and everything in it, and sets the umask, so that the files of
 * this process and of its children are private: state, snapshots, keys, passwords and logs. Targets of links do not
 * change.
 * @throws Error when a file in the folder belongs to another user
 */
export const keepPrivate = (folder: string): void => {
  process.umask(OTHERS);
  mkdirSync(folder, { recursive: true });
  // With the slash, a link is followed: the folder can be on another disk.
  restrict(`${folder}/`);
};

const restrict = (path: string): void => {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  // Another process can remove its files at the same time.
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
      `${path} can be read by others and belongs to another user: remove it, or change its owner`,
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
