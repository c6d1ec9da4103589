import { join } from 'node:path';

/** The repository. */
export const ROOT = join(import.meta.dirname, '..', '..');

/** Everything that running the platform on this machine leaves behind; ignored by git, safe to delete. */
export const LOCAL_DIR = join(ROOT, '.local');

/** Holds `node`, the one version that runs scripts, tests and local functions. */
export const NODE_BIN = join(ROOT, 'node_modules', 'node', 'bin');

/** Zips of the functions, as `make build` writes them. */
export const DIST_DIR = join(ROOT, 'dist');
