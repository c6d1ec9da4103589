import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { type Built, buildFunction, bundleOptions, functionNames } from '#scripts/build.ts';
import { ROOT } from '#scripts/local/paths.ts';
import { PEER_PACKAGES } from './peers.ts';

/** The files of a run. Git ignores them. */
export const BENCH_DIR = join(ROOT, '.local', 'bench');

/** The functions, bundled as `make build` bundles them. */
export const productBundles = (): Promise<Built[]> =>
  Promise.all(
    functionNames().map((name) => buildFunction(name, { outDir: join(BENCH_DIR, 'product') })),
  );

/** Source code that is not in a file. */
export interface Source {
  name: string;
  contents: string;
}

/** A file or source code, bundled like the product. `plugins` run before those of the product. */
export const leanBundle = (
  entry: string | Source,
  plugins: readonly Plugin[] = [],
): Promise<string> => {
  const { entryPoints: _, ...options } = bundleOptions('any');
  const what =
    typeof entry === 'string'
      ? { name: entry.replaceAll('/', '-'), entryPoints: { index: entry } }
      : { name: entry.name, stdin: { contents: entry.contents, resolveDir: ROOT } };
  const { name, ...from } = what;
  return bundled(`lean-${name}`, {
    ...options,
    ...from,
    entryNames: 'index',
    nodePaths: [PEER_PACKAGES],
    sourcemap: false,
    plugins: [...plugins, ...options.plugins],
  });
};

/**
 * A function, bundled with esbuild's defaults for Node. As an ES module, because the entry has a top-level await;
 * therefore CommonJS packages need a `require`.
 */
export const defaultBundle = (name: string): Promise<string> =>
  bundled(`default-${name}`, {
    absWorkingDir: ROOT,
    entryPoints: { index: `handlers/${name}/index.ts` },
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: {
      js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`,
    },
    logLevel: 'silent',
  });

/** A handler that does nothing. */
export const emptyBundle = async (): Promise<string> => {
  const folder = join(BENCH_DIR, 'empty');
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'index.mjs');
  await writeFile(file, 'export const handler = async () => {};\n');
  return file;
};

const bundled = async (name: string, options: BuildOptions): Promise<string> => {
  const outdir = join(BENCH_DIR, name);
  await build({ ...options, outdir, write: true });
  return join(outdir, 'index.mjs');
};
