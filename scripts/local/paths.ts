import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The repository. */
export const ROOT = join(import.meta.dirname, '..', '..');

/** All files that the platform on this machine writes. Git ignores the folder, and it can be deleted. */
export const LOCAL_DIR = join(ROOT, '.local');

/** Locks between processes that use `.local`; see `scripts/setup/lock.mjs`. */
export const LOCKS_DIR = join(LOCAL_DIR, 'locks');

/** Held while packages are installed, also by `scripts/setup/install.mjs`. */
export const INSTALL_LOCK = join(LOCKS_DIR, 'install');

/** The folder that contains only `node`, in the version that runs scripts, tests and local functions. */
export const nodeFolder = (): string =>
  dirname(realpathSync(join(ROOT, 'node_modules', '.bin', 'node')));

/** The zips of the functions, written by `make build`. */
export const DIST_DIR = join(ROOT, 'dist');
