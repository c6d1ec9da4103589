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
  /** The entry, and every part that it imports statically, directly or not. */
  atOnce: ReadonlySet<string>;
}

/** The name that esbuild gives to a part. Its hash depends on the place of the sources. */
const PART = /part-[0-9A-Z]{8}(?=\.mjs)/g;

/**
 * The output of esbuild for one entry. Parts are numbered in the order in which they are imported, so that the bytes do
 * not depend on the place of the sources. A part that nothing imports is left out: esbuild writes one for a dynamic
 * import even if it removes the code that contains the import.
 */
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
  const isImported = ({ path }: Pick<OutputFile, 'path'>) =>
    path.endsWith('.css') || counted.has(basename(path).replace(/\.mjs(\.map)?$/, ''));
  return {
    files: outputFiles.filter(isImported).map(({ path, contents }) => ({
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
