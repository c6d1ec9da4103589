/**
 * Bundles functions: `node scripts/build.ts [name…]` writes `dist/<name>.zip`, and the bundle with its source map. Without
 * names, it bundles every function and the MCP bridge.
 */
import { createHash } from 'node:crypto';
import { existsSync, globSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, type BuildResult, build } from 'esbuild';
import { buildBridge } from './build/bridge.ts';
import { lean } from './build/lean.ts';
import { type BundleFile, partsOf } from './build/parts.ts';
import { site, siteFileName } from './build/site.ts';
import { zip } from './build/zip.ts';
import { printError } from './command.ts';
import { ROOT } from './local/paths.ts';
import { line } from './printable.ts';

export interface BuildPaths {
  /** The folder for zips and bundles. Default `dist`. */
  outDir?: string;
  /** The source tree. Default: this repository. */
  root?: string;
}

export interface Built {
  name: string;
  /** Path of the zip. */
  zip: string;
  /** Path of the entry of the bundle. */
  bundle: string;
  /** Size of the zip. Bytes. */
  bytes: number;
  /** SHA-256 of the zip, hexadecimal. Depends only on the sources, not on time or path. */
  digest: string;
  /** Size of the bundle with all its parts. Bytes. */
  minified: number;
  gzipped: number;
  /** Size of the entry with its static imports. Bytes. */
  entry: { minified: number; gzipped: number };
  /** The files that the bundle was built from, relative to the root. */
  inputs: readonly string[];
}

/** Names of the functions: the folders in `handlers/` that have an index.ts. Sorted. */
export const functionNames = (root = ROOT): string[] =>
  globSync('handlers/*/index.ts', { cwd: root })
    .map((file) => basename(dirname(file)))
    .sort();

/** How esbuild bundles one function. */
export const bundleOptions = (name: string, root = ROOT) =>
  ({
    absWorkingDir: root,
    entryPoints: { index: `handlers/${name}/index.ts` },
    outdir: join(root, 'dist', name),
    outExtension: { '.js': '.mjs' },
    // Code that is imported with `import()` becomes a separate file.
    splitting: true,
    chunkNames: 'part-[hash]',
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    sourcemap: 'external',
    sourcesContent: false,
    metafile: true,
    write: false,
    logLevel: 'silent',
    plugins: [...lean, site(name, root)],
  }) satisfies BuildOptions;

/**
 * Bundle and zip one function.
 * @throws BuildFailure of esbuild, with the place of the error
 */
export const buildFunction = async (
  name: string,
  { outDir, root = ROOT }: BuildPaths = {},
): Promise<Built> =>
  keep(name, await build(bundleOptions(name, root)), outDir ?? join(root, 'dist'));

/** Bundle and zip every function, in parallel. */
export const buildAll = ({ root = ROOT, ...paths }: BuildPaths = {}): Promise<Built[]> =>
  Promise.all(functionNames(root).map((name) => buildFunction(name, { root, ...paths })));

/** Write the output of esbuild: `<outDir>/<name>/index.mjs` with parts and maps, and `<outDir>/<name>.zip` without maps. */
export const keep = async (
  name: string,
  { outputFiles, metafile }: BuildResult<ReturnType<typeof bundleOptions>>,
  outDir: string,
): Promise<Built> => {
  const folder = join(outDir, name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const siteFiles = outputFiles.flatMap(({ path, contents }) => {
    const name = siteFileName(path);
    return name === undefined ? [] : [{ name, contents }];
  });
  const { files, atOnce } = partsOf(
    metafile,
    outputFiles.filter(({ path }) => siteFileName(path) === undefined),
  );
  await Promise.all([...files, ...siteFiles].map((file) => write(folder, file)));
  const code = files.filter((file) => !file.name.endsWith('.map'));
  const packed = zip(new Map([...code, ...siteFiles].map((file) => [file.name, file.contents])));
  await writeFile(`${folder}.zip.part`, packed);
  await rename(`${folder}.zip.part`, `${folder}.zip`);
  return {
    name,
    zip: `${folder}.zip`,
    bundle: join(folder, 'index.mjs'),
    bytes: packed.byteLength,
    digest: createHash('sha256').update(packed).digest('hex'),
    ...sizesOf(code),
    entry: sizesOf(code.filter((file) => atOnce.has(file.name))),
    inputs: Object.keys(metafile.inputs),
  };
};

const write = async (folder: string, { name, contents }: BundleFile) => {
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await writeFile(join(folder, name), contents);
};

const sizesOf = (code: readonly BundleFile[]) => ({
  minified: sum(code.map(({ contents }) => contents.byteLength)),
  gzipped: sum(code.map(({ contents }) => gzipSync(contents).byteLength)),
});

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

/** One line about a built function. */
export const lineOf = ({ name, minified, gzipped, bytes, entry }: Built): string =>
  `${name.padEnd(14)}${kilobytes(minified)} minified (${kilobytes(entry.minified).trim()} in the entry), ${kilobytes(gzipped)} gzip, ${kilobytes(bytes)} zip`;

const kilobytes = (bytes: number) => `${(bytes / 1024).toFixed(0).padStart(4)} KB`;

if (import.meta.main) {
  const names = process.argv.length > 2 ? process.argv.slice(2) : functionNames();
  for (const name of names) {
    if (!existsSync(join(ROOT, 'handlers', name, 'index.ts'))) {
      console.error(line`no function ${name}: handlers/${name}/index.ts does not exist`);
      process.exitCode = 1;
      continue;
    }
    try {
      console.log(lineOf(await buildFunction(name)));
    } catch (error) {
      printError(error);
      process.exitCode = 1;
    }
  }
  if (process.argv.length === 2) {
    await buildBridge().catch((error: unknown) => {
      printError(error);
      process.exitCode = 1;
    });
  }
}
