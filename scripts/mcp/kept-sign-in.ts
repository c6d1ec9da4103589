import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import * as z from 'zod/mini';
import { whileLocked } from '#scripts/setup/lock.mjs';

/** What a person's computer keeps of a sign-in. */
const SignInFields = z.strictObject({
  address: z.string(),
  client_id: z.string(),
  refresh_token: z.string(),
});
export type SavedSignIn = z.output<typeof SignInFields>;

export interface KeptSignIn {
  /** `undefined` when there is none, or when the file cannot be read. */
  read: () => SavedSignIn | undefined;
  write: (saved: Omit<SavedSignIn, 'address'>) => void;
  remove: () => void;
  /** Runs work while no other bridge to this server runs its own. */
  alone: <Value>(work: () => Promise<Value>) => Promise<Value>;
}

/** Longer than another bridge waits for a person who signs in. Milliseconds. */
const MAX_WAIT_MS = 330_000;
const DIGEST_LENGTH = 32;

/**
 * The file with the sign-in at one server, in the folder for the person's settings. Only the person can read it. A write
 * replaces the whole file at once.
 */
export const keptSignIn = (
  { href: address }: URL,
  folder = configFolder(process.env, process.platform),
): KeptSignIn => {
  const digest = createHash('sha256').update(address).digest('hex').slice(0, DIGEST_LENGTH);
  const file = join(folder, `mcp-${digest}.json`);
  return {
    read: () => {
      const { data } = z.safeParse(SignInFields, contentOf(file));
      return data?.address === address ? data : undefined;
    },
    write: (saved) => {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      // `mode` applies only to a new file.
      const fresh = `${file}.${process.pid}`;
      rmSync(fresh, { force: true });
      const text = JSON.stringify({ address, ...saved }, undefined, 2);
      writeFileSync(fresh, `${text}\n`, { mode: 0o600, flag: 'wx' });
      renameSync(fresh, file);
    },
    remove: () => rmSync(file, { force: true }),
    // Windows lets only some people create the links that a lock consists of. There, a refused token is read again.
    alone: (work) =>
      process.platform === 'win32'
        ? work()
        : whileLocked(join(folder, `mcp-${digest}.lock`), work, {
            signal: AbortSignal.timeout(MAX_WAIT_MS),
          }),
  };
};

/** Source: XDG Base Directory Specification, which says to ignore a path that is not absolute. */
export const configFolder = (env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string => {
  const { XDG_CONFIG_HOME = '', APPDATA = '' } = env;
  if (platform === 'win32') {
    return join(APPDATA === '' ? join(homedir(), 'AppData', 'Roaming') : APPDATA, 'rez-agent');
  }
  const base = isAbsolute(XDG_CONFIG_HOME) ? XDG_CONFIG_HOME : join(homedir(), '.config');
  return join(base, 'rez-agent');
};

const contentOf = (file: string): unknown => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
};
