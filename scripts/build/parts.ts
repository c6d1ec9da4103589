import { basename } from 'node:path';
import type { Metafile, OutputFile } from 'esbuild';

/** A file of a bundle. */
export interface BundleFile {
  name: string;
  contents: Uint8Array;
}

export interface Parts {
  /** Entry, parts and their source maps. */
  files: BundleFile[];
  /** Names of the entry and of every part that it imports statically, or a part of it does. */
  atOnce: ReadonlySet<string>;
}

/** How esbuild names a part; what stands for the hash depends on where the sources lie. */
const PART = /part-[0-9A-Z]{8}(?=\.mjs)/g;

/** What esbuild made of an entry, its parts counted in the order in which they are met: the same bytes wherever they are built. */
export const partsOf = (
  { outputs }: Metafile,
  outputFiles: readonly Pick<OutputFile, 'path' | 'contents'>[],
): Parts => {
  const entry = Object.keys(outputs).filter((output) => basename(output) === 'index.mjs');
  const reached = reachedFrom(entry, outputs, () => true);
  const atOnce = reachedFrom(entry, outputs, (kind) => kind === 'import-statement');
  const counted = new Map(
    [...reached].map((output, index) => [
      basename(output, '.mjs'),
      `part-${String(index).padStart(8, '0')}`,
    ]),
  );
  const renamed = (text: string) => text.replace(PART, (part) => counted.get(part) ?? part);
  return {
    files: outputFiles.map(({ path, contents }) => ({
      name: renamed(basename(path)),
      contents: Buffer.from(renamed(Buffer.from(contents).toString())),
    })),
    atOnce: new Set([...atOnce].map((output) => renamed(basename(output)))),
  };
};

const reachedFrom = (
  entry: readonly string[],
  outputs: Metafile['outputs'],
  follow: (kind: string) => boolean,
): ReadonlySet<string> => {
  const reached = new Set(entry);
  for (const output of reached) {
    for (const { path, kind } of outputs[output]?.imports ?? []) {
      if (path in outputs && follow(kind)) reached.add(path);
    }
  }
  return reached;
};
