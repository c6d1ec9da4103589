import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOCAL_DIR } from '#scripts/local/places.ts';

/** Who can sign in at the local AWS: password by address. Readable by nobody else on the machine. */
const FILE = join(LOCAL_DIR, 'users.json');

/** The one that `make dev` makes. */
export const FIRST_ADMIN = 'admin@example.org';

export const passwordOf = (email: string, file = FILE): string | undefined => all(file)[email];

export const keepPassword = (email: string, password: string, file = FILE): void => {
  const text = JSON.stringify({ ...all(file), [email]: password }, undefined, 2);
  // A file of its own first: the mode of one that is there already would stay what it was.
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, `${text}\n`, { mode: 0o600 });
  renameSync(fresh, file);
};

const all = (file: string): Record<string, string> =>
  existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>) : {};
