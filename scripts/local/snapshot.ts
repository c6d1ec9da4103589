/** Snapshots of the local AWS after Terraform was applied. Applying takes half a minute, copying a snapshot a moment. */
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

/** Increased when the contents of a snapshot change their meaning. */
const FORMAT = 1;
const MAX_SNAPSHOTS = 3;

/** The parts of a snapshot: the state of the local AWS, its objects in S3, and the Terraform state. */
const PARTS = ['state', 's3', 'terraform.tfstate'];

/** The contents of `mark.json`, which marks a folder with a complete state. */
export interface SnapshotMark {
  /** The key of the configuration that was applied. */
  key: string;
  /** The port of the local AWS, which is part of the queue URLs in the state. */
  port: number;
}

/**
 * The key of the snapshot for a source tree. It depends on the Terraform files, the versions and the names of the
 * functions. It does not depend on their code, because every start pushes the code.
 */
export const snapshotKey = (root: string): string => {
  const hash = createHash('sha256').update(`${FORMAT}`);
  const files = [
    'scripts/local/requirements.txt',
    // Terraform reads the routes of the API from it.
    'docs/api/openapi.yaml',
    ...globSync('terraform/modules/*/*.tf', { cwd: root }),
    ...globSync('terraform/envs/local/{*.tf,.terraform.lock.hcl}', { cwd: root }),
  ].filter((file) => basename(file) !== 'imports.tf');
  for (const file of files.sort()) {
    const path = join(root, file);
    if (existsSync(path)) hash.update(`\0${file}\0`).update(readFileSync(path));
  }
  for (const zip of globSync('dist/*.zip', { cwd: root }).sort()) hash.update(`\0${zip}`);
  return hash.digest('hex').slice(0, 16);
};

/** Saves the state of a stopped stack in `dir` as a snapshot. Does nothing if a snapshot with the key exists. */
export const saveSnapshot = (dir: string, store: string, mark: SnapshotMark): void => {
  const folder = join(store, mark.key);
  if (existsSync(folder)) return;
  const unfinished = `${folder}.${process.pid}`;
  copyParts(dir, unfinished);
  writeSnapshotMark(unfinished, mark);
  renameSync(unfinished, folder);
  prune(store);
};

/** Copies a snapshot into the empty folder of a stack. @returns its mark, or `undefined` if there is no snapshot */
export const restoreSnapshot = (
  store: string,
  key: string,
  dir: string,
): SnapshotMark | undefined => {
  const folder = join(store, key);
  const mark = readSnapshotMark(folder);
  if (mark === undefined) return undefined;
  copyParts(folder, dir);
  utimesSync(folder, new Date(), new Date());
  return mark;
};

/** Replaces the port in the addresses of this machine in the state. Other numbers with the same digits stay. */
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

/** Marks the state in the folder as complete, so that it can be started. */
export const writeSnapshotMark = (dir: string, mark: SnapshotMark): void => {
  const file = join(dir, 'mark.json');
  writeFileSync(`${file}.new`, JSON.stringify(mark));
  renameSync(`${file}.new`, file);
};

/** Marks the state in the folder as incomplete. */
export const removeSnapshotMark = (dir: string): void =>
  rmSync(join(dir, 'mark.json'), { force: true });

const copyParts = (from: string, to: string) => {
  mkdirSync(to, { recursive: true });
  for (const part of PARTS) {
    const source = join(from, part);
    if (existsSync(source)) cpSync(source, join(to, part), { recursive: true });
  }
};

/** Keeps only the snapshots that were used last. */
const prune = (store: string) => {
  const byUse = readdirSync(store)
    .map((name) => ({ name, usedMs: statSync(join(store, name)).mtimeMs }))
    .sort((a, b) => b.usedMs - a.usedMs);
  for (const { name } of byUse.slice(MAX_SNAPSHOTS)) rmSync(join(store, name), { recursive: true });
};
