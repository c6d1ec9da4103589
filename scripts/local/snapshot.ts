/** Applying Terraform takes half a minute; what it leaves behind is kept and copied back in a moment. */
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';

/** Raised when what a snapshot holds changes its meaning. */
const FORMAT = 1;
const KEPT = 3;

/** What belongs together: the local AWS's state, its objects, and what Terraform believes about both. */
const PARTS = ['state', 's3', 'terraform.tfstate'];

/** What lies in a stack's folder beside its parts. */
export interface SnapshotMark {
  /** Which configuration was applied. */
  key: string;
  /** The port that the state speaks of: queue URLs hold it. */
  port: number;
}

/**
 * Which snapshot fits a tree: one of the same Terraform files, the same versions and the same functions. Code is not
 * part of it, for code is pushed after every start.
 */
export const snapshotKey = (root: string): string => {
  const hash = createHash('sha256').update(`${FORMAT}`);
  const files = [
    'scripts/local/requirements.txt',
    // Terraform reads the routes of the API from it.
    'docs/api/openapi.yaml',
    ...globSync('terraform/modules/*/*.tf', { cwd: root }),
    ...globSync('terraform/envs/local/{*.tf,.terraform.lock.hcl}', { cwd: root }),
  ].filter((file) => basename(file) !== 'adopted.tf');
  for (const file of files.sort()) {
    const path = join(root, file);
    if (existsSync(path)) hash.update(`\0${file}\0`).update(readFileSync(path));
  }
  for (const zip of globSync('dist/*.zip', { cwd: root }).sort()) hash.update(`\0${zip}`);
  return hash.digest('hex').slice(0, 16);
};

/** Keep what a stopped stack left in `dir`. Whoever comes second with the same key changes nothing. */
export const saveSnapshot = (dir: string, store: string, mark: SnapshotMark): void => {
  const kept = join(store, mark.key);
  if (existsSync(kept)) return;
  const unfinished = `${kept}.${process.pid}`;
  copyParts(dir, unfinished);
  writeSnapshotMark(unfinished, mark);
  renameSync(unfinished, kept);
  prune(store);
};

/** Copy a snapshot into the empty folder of a stack. @returns its mark, or nothing when there is none. */
export const restoreSnapshot = (
  store: string,
  key: string,
  dir: string,
): SnapshotMark | undefined => {
  const kept = join(store, key);
  const mark = readSnapshotMark(kept);
  if (mark === undefined) return undefined;
  copyParts(kept, dir);
  utimesSync(kept, new Date(), new Date());
  return mark;
};

/**
 * Let the state speak of another port. Only addresses of this machine are touched, never a number that happens to be
 * the same.
 */
export const moveToPort = (dir: string, from: number, to: number): void => {
  if (from === to) return;
  const address = new RegExp(`(localhost|127\\.0\\.0\\.1|amazonaws\\.com):${from}(?!\\d)`, 'g');
  for (const file of globSync(['state/*.json', 'terraform.tfstate'], { cwd: dir })) {
    const path = join(dir, file);
    const text = readFileSync(path, 'utf8');
    const moved = text.replace(address, `$1:${to}`);
    if (moved !== text) writeFileSync(path, moved);
  }
};

export const readSnapshotMark = (dir: string): SnapshotMark | undefined => {
  const path = join(dir, 'mark.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as SnapshotMark) : undefined;
};

/** From now on the state in the folder can be started. */
export const writeSnapshotMark = (dir: string, mark: SnapshotMark): void => {
  const file = join(dir, 'mark.json');
  writeFileSync(`${file}.new`, JSON.stringify(mark));
  renameSync(`${file}.new`, file);
};

/** From now on, until there is a mark again, the state in the folder is incomplete. */
export const removeSnapshotMark = (dir: string): void =>
  rmSync(join(dir, 'mark.json'), { force: true });

const copyParts = (from: string, to: string) => {
  mkdirSync(to, { recursive: true });
  for (const part of PARTS) {
    const source = join(from, part);
    if (existsSync(source)) cpSync(source, join(to, part), { recursive: true });
  }
};

/** The ones used last stay. */
const prune = (store: string) => {
  const byUse = readdirSync(store)
    .map((name) => ({ name, usedMs: statSync(join(store, name)).mtimeMs }))
    .sort((a, b) => b.usedMs - a.usedMs);
  for (const { name } of byUse.slice(KEPT)) rmSync(join(store, name), { recursive: true });
};
