import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { type Built, buildFunction, bundleOptions, functionNames, ROOT } from '#scripts/build.ts';
import { PEER_PACKAGES } from './peers.ts';

/** Everything that a run leaves behind; ignored by git. */
export const BENCH_DIR = join(ROOT, '.local', 'bench');

/** The functions as `make build` makes them. */
export const productBundles = (): Promise<Built[]> =>
  Promise.all(
    functionNames().map((name) => buildFunction(name, { outDir: join(BENCH_DIR, 'product') })),
  );

/** Source that stands in no file. */
export interface Source {
  name: string;
  contents: string;
}

/** A file, or source, bundled as the product is; `plugins` come before the product's own. */
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
 * A function as esbuild bundles it for Node without being told more. As ES module, because the entry awaits; what is
 * written in CommonJS then asks for a `require`.
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

/** A function that does nothing. */
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
