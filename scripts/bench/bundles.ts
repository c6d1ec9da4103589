import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { type Built, buildFunction, bundleOptions, functionNames, ROOT } from '#scripts/build.ts';

/** Everything that a run leaves behind; ignored by git. */
export const BENCH_DIR = join(ROOT, '.local', 'bench');

/** The functions as `make build` makes them. */
export const productBundles = (): Promise<Built[]> =>
  Promise.all(
    functionNames().map((name) => buildFunction(name, { outDir: join(BENCH_DIR, 'product') })),
  );

/** A file of the benchmark, bundled as the product is. */
export const leanBundle = (file: string, plugins: readonly Plugin[] = []): Promise<string> => {
  const options = bundleOptions('any');
  return bundled(`lean-${file.replaceAll('/', '-')}`, {
    ...options,
    entryPoints: { index: file },
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
