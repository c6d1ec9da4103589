import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The repository. */
export const ROOT = join(import.meta.dirname, '..', '..');

/** Everything that running the platform on this machine leaves behind; ignored by git, safe to delete. */
export const LOCAL_DIR = join(ROOT, '.local');

/** Locks between processes that use this folder; see `scripts/setup/lock.mjs`. */
export const LOCKS_DIR = join(LOCAL_DIR, 'locks');

/** Held while packages are installed, by `scripts/setup/install.mjs` as well. */
export const INSTALL_LOCK = join(LOCKS_DIR, 'install');

/** Folder of `node`, the one version that runs scripts, tests and local functions, and of nothing else. */
export const nodeFolder = (): string =>
  dirname(realpathSync(join(ROOT, 'node_modules', '.bin', 'node')));

/** Zips of the functions, as `make build` writes them. */
export const DIST_DIR = join(ROOT, 'dist');
