import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const REPOSITORY = resolve(import.meta.dirname, '../..');

export interface SourceTree {
  root: string;
  write: (file: string, text: string) => void;
  remove: () => void;
}

/** A source tree of these files in a temporary folder, `depth` folders down, with the packages of this repository. */
export const sourceTree = (files: Readonly<Record<string, string>>, depth = 0): SourceTree => {
  const top = mkdtempSync(join(tmpdir(), 'rez-agent-tree-'));
  const root = join(top, ...Array.from({ length: depth }, (_, level) => `level-${level}`));
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  };
  for (const folder of ['handlers', 'middleware', 'lib']) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  for (const file of ['package.json', 'tsconfig.json']) {
    cpSync(join(REPOSITORY, file), join(root, file));
  }
  symlinkSync(join(REPOSITORY, 'node_modules'), join(root, 'node_modules'));
  for (const [file, text] of Object.entries(files)) write(file, text);
  return { root, write, remove: () => rmSync(top, { recursive: true, force: true }) };
};

/** A copy of the sources of the product, `depth` folders down in a temporary folder. */
export const copyOfSources = (depth: number): SourceTree => {
  const tree = sourceTree({}, depth);
  for (const folder of ['handlers', 'middleware', 'lib']) {
    cpSync(join(REPOSITORY, folder), join(tree.root, folder), { recursive: true });
  }
  return tree;
};
