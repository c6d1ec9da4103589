import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOCAL_DIR } from '#scripts/local/paths.ts';

/** The passwords of the users of the local AWS, by e-mail address. Only the owner can read the file. */
const FILE = join(LOCAL_DIR, 'users.json');

/** The user that `make dev` creates. */
export const FIRST_ADMIN = 'admin@example.org';

export const passwordOf = (email: string, file = FILE): string | undefined => {
  const passwords = all(file);
  return Object.hasOwn(passwords, email) ? passwords[email] : undefined;
};

export const keepPassword = (email: string, password: string, file = FILE): void => {
  const text = JSON.stringify({ ...all(file), [email]: password }, undefined, 2);
  // `mode` applies only to a new file, so the text is written to a new file that replaces the old one.
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, `${text}\n`, { mode: 0o600 });
  renameSync(fresh, file);
};

const all = (file: string): Record<string, string> =>
  existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>) : {};
