import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { holderOf } from '#scripts/setup/lock.mjs';
import { LOCAL_DIR, LOCKS_DIR } from './places.ts';

/** Where the platform is that `make dev` runs. */
export interface RunningPlatform {
  pid: number;
  /** The front's address: append `/api/health`. */
  apiUrl: string;
  endpoint: string;
  /** URL of each queue by its short name. */
  queueUrls: Readonly<Record<string, string>>;
  /** The local phone's page; absent when pushes go to a real server. */
  phoneUrl?: string;
}

/** Held by the `make dev` that runs. */
export const DEV_LOCK = join(LOCKS_DIR, 'dev');

const FILE = join(LOCAL_DIR, 'dev.json');

export const announce = (platform: RunningPlatform): void =>
  writeFileSync(FILE, `${JSON.stringify(platform, undefined, 2)}\n`);

export const withdraw = (): void => rmSync(FILE, { force: true });

/** @throws Error that says what to do when `make dev` does not run, or not yet */
export const runningPlatform = (dir = LOCAL_DIR): RunningPlatform => {
  const pid = holderOf(join(dir, 'locks', 'dev'));
  if (pid === undefined) {
    throw new Error(
      holderOf(join(dir, 'locks', 'install')) === undefined
        ? 'the platform does not run: start it with `make dev` in another terminal'
        : 'the platform does not run: another command is still installing what it needs',
    );
  }
  const file = join(dir, 'dev.json');
  const found = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as RunningPlatform)
    : undefined;
  // The file of a `make dev` that was killed names another process.
  if (found?.pid !== pid) {
    throw new Error('the platform is still starting: try again once `make dev` says that it runs');
  }
  return found;
};
