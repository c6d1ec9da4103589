import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import {
  type BuildFailure,
  type BuildOptions,
  build,
  type PartialMessage,
  type Plugin,
} from 'esbuild';
import type { SiteFile } from '#handlers/web/site.ts';
import { type BundleFile, partsOf } from './parts.ts';

/** The folder of a package that contains the files of its site, and their index `files.json`. */
const SITE = 'site';

/** Where a page finds the other files. The digest of all of them follows. */
const ASSETS = '/assets';
const DIGEST_LENGTH = 16;

/**
 * The largest file. Bytes. A response of a function has at most 6 MB, and base64 makes it a third larger.
 * Source: AWS Lambda developer guide, "Lambda quotas".
 */
const MAX_FILE_BYTES = 4 * 1024 * 1024;

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export interface BuiltSite {
  /** The files of the package, by their names in `site/`. */
  files: readonly BundleFile[];
  /** The files that the site was built from, relative to the root. */
  inputs: readonly string[];
  /** JavaScript of the first page, and of all pages, compressed with gzip. Bytes. */
  script: { first: number; total: number };
}

const siteOptions = (folder: string, root: string) =>
  ({
    absWorkingDir: root,
    entryPoints: { index: `${folder}/main.tsx` },
    outdir: join(root, 'dist', SITE),
    outExtension: { '.js': '.mjs' },
    // Code that is imported with `import()` becomes a separate file.
    splitting: true,
    chunkNames: 'part-[hash]',
    bundle: true,
    platform: 'browser',
    target: 'es2023',
    format: 'esm',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minify: true,
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'silent',
  }) satisfies BuildOptions;

/**
 * Builds the site of a function: `main.tsx` and everything it imports, `index.html` and `icon.svg`. The names of all files
 * except the page contain a digest of the site, so that a browser can keep them forever. Every file exists uncompressed,
 * and compressed with Brotli and gzip where that is smaller.
 * @param folder relative to the root, such as `handlers/web/app`
 * @throws BuildFailure of esbuild, with the place of the error; Error for a file that the function cannot serve
 */
export const buildSite = async (folder: string, root: string): Promise<BuiltSite> => {
  const { outputFiles, metafile } = await build(siteOptions(folder, root));
  const { files, atOnce } = partsOf(metafile, outputFiles);
  const icon = { name: 'icon.svg', contents: readFileSync(join(root, folder, 'icon.svg')) };
  const assets = [...files, icon].toSorted((one, other) => (one.name < other.name ? -1 : 1));
  checkAssets(assets);
  const base = `${ASSETS}/${digestOf(assets)}`;
  const template = readFileSync(join(root, folder, 'index.html'), 'utf8');
  const preloads = [...atOnce].filter((name) => name !== 'index.mjs').sort();
  const page = pageFrom(template, { base, preloads });
  const served = [
    { path: '/index.html', file: { name: 'index.html', contents: Buffer.from(page) } },
    ...assets.map((file) => ({ path: `${base}/${file.name}`, file })),
  ];
  const packed = served.map(({ path, file }) => ({ path, file, variants: variantsOf(file) }));
  const index = packed.map(({ path, file, variants }) => [path, entryOf(file, variants)] as const);
  return {
    files: [
      { name: 'files.json', contents: Buffer.from(JSON.stringify(Object.fromEntries(index))) },
      ...packed.flatMap(({ variants }) => variants),
    ],
    inputs: [
      ...Object.keys(metafile.inputs),
      ...['index.html', 'icon.svg'].map((name) => `${folder}/${name}`),
    ],
    script: {
      first: scriptBytes(files.filter(({ name }) => atOnce.has(name))),
      total: scriptBytes(files.filter(({ name }) => name.endsWith('.mjs'))),
    },
  };
};

/** Adds the site of a function to its package, if the function has a folder `app` with a page. */
export const site = (name: string, root: string): Plugin => ({
  name: 'site',
  setup: (bundle) => {
    const folder = `handlers/${name}/app`;
    if (!existsSync(join(root, folder, 'index.html'))) return;
    const { outdir = '' } = bundle.initialOptions;
    bundle.onEnd(async ({ outputFiles, metafile, errors }) => {
      if (errors.length > 0 || metafile === undefined) return undefined;
      const built = await buildSite(folder, root).catch((error: Partial<BuildFailure>) => error);
      if (!('files' in built)) return { errors: errorsOf(built) };
      for (const { name, contents } of built.files) {
        const path = join(outdir, SITE, name);
        outputFiles?.push({ path, contents, hash: '', text: '' });
      }
      for (const input of built.inputs) {
        metafile.inputs[input] = { bytes: 0, imports: [] };
      }
      return undefined;
    });
  },
});

/** The name of a file of the site in the package; `undefined` for other outputs. */
export const siteFileName = (path: string): string | undefined =>
  basename(dirname(path)) === SITE ? `${SITE}/${basename(path)}` : undefined;

/** The errors of the site as errors of the bundle that contains it. */
const errorsOf = (failure: Partial<BuildFailure>): PartialMessage[] =>
  failure.errors ?? [{ text: failure.message ?? String(failure) }];

/** @throws Error for a file that a browser would not get */
const checkAssets = (assets: readonly BundleFile[]): void => {
  for (const { name, contents } of assets) {
    if (contents.byteLength > MAX_FILE_BYTES) {
      throw new Error(`${name} is too large for a response of a function`);
    }
    // The page only links the style sheet of the entry.
    if (name.endsWith('.css') && name !== 'index.css') {
      throw new Error('a page that loads later imports a style sheet: import it in style.css');
    }
  }
};

const digestOf = (files: readonly BundleFile[]): string => {
  const digest = createHash('sha256');
  for (const { name, contents } of files) digest.update(`${name}\n`).update(contents);
  return digest.digest('hex').slice(0, DIGEST_LENGTH);
};

/** The page with the addresses of its files instead of the names of the sources. */
const pageFrom = (
  template: string,
  { base, preloads }: { base: string; preloads: readonly string[] },
): string => {
  const links = preloads.map((name) => `<link rel="modulepreload" href="${base}/${name}">`);
  return template
    .replace('./main.tsx', `${base}/index.mjs`)
    .replace('./style.css', `${base}/index.css`)
    .replaceAll('./icon.svg', `${base}/icon.svg`)
    .replace('</head>', `${links.join('')}</head>`);
};

const COMPRESSIONS = [
  {
    suffix: '.br',
    compress: (contents: Uint8Array) =>
      brotliCompressSync(contents, {
        params: { [constants.BROTLI_PARAM_SIZE_HINT]: contents.byteLength },
      }),
  },
  { suffix: '.gz', compress: (contents: Uint8Array) => gzipSync(contents, { level: 9 }) },
] as const;

/** The file, and its compressed variants that are smaller. */
const variantsOf = ({ name, contents }: BundleFile): BundleFile[] => [
  { name, contents },
  ...COMPRESSIONS.map(({ suffix, compress }) => ({
    name: `${name}${suffix}`,
    contents: compress(contents),
  })).filter((one) => one.contents.byteLength < contents.byteLength),
];

const entryOf = ({ name, contents }: BundleFile, variants: readonly BundleFile[]): SiteFile => ({
  name,
  type: TYPES[extname(name)] ?? 'application/octet-stream',
  etag: createHash('sha256').update(contents).digest('base64url').slice(0, DIGEST_LENGTH),
  isPage: extname(name) === '.html',
  encodings: [
    ...(variants.some((one) => one.name.endsWith('.br')) ? (['br'] as const) : []),
    ...(variants.some((one) => one.name.endsWith('.gz')) ? (['gzip'] as const) : []),
  ],
});

const scriptBytes = (files: readonly BundleFile[]): number =>
  files
    .filter(({ name }) => basename(name).endsWith('.mjs'))
    .reduce((sum, { contents }) => sum + gzipSync(contents).byteLength, 0);
