import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { holderOf } from '#scripts/setup/lock.mjs';
import { LOCAL_DIR, LOCKS_DIR } from './paths.ts';

/** The addresses of the platform that `make dev` runs. */
export interface RunningPlatform {
  pid: number;
  /** The address of the front, without a path. */
  apiUrl: string;
  endpoint: string;
  /** URL of each queue by its short name. */
  queueUrls: Readonly<Record<string, string>>;
  /** The page of the local phone. Absent when pushes go to a real server. */
  phoneUrl?: string;
}

/** Held by the running `make dev`. */
export const DEV_LOCK = join(LOCKS_DIR, 'dev');

const FILE = join(LOCAL_DIR, 'dev.json');

export const announce = (platform: RunningPlatform): void =>
  writeFileSync(FILE, `${JSON.stringify(platform, undefined, 2)}\n`);

export const withdraw = (): void => rmSync(FILE, { force: true });

/** @throws Error that says what to do when `make dev` does not run or is still starting */
export const runningPlatform = (dir = LOCAL_DIR): RunningPlatform => {
  const pid = holderOf(join(dir, 'locks', 'dev'));
  if (pid === undefined) {
    throw new Error(
      holderOf(join(dir, 'locks', 'install')) === undefined
        ? 'the platform does not run: start it with `make dev` in another terminal'
        : 'the platform does not run: another command is still installing its packages',
    );
  }
  const file = join(dir, 'dev.json');
  const found = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as RunningPlatform)
    : undefined;
  // A `make dev` that was killed leaves a file with another process id.
  if (found?.pid !== pid) {
    throw new Error('the platform is still starting: try again once `make dev` says that it runs');
  }
  return found;
};
