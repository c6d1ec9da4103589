import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lazily } from '#lib/platform/lazily.ts';

export type Encoding = 'br' | 'gzip';

/** One file of the site, as the build describes it. */
export interface SiteFile {
  /** The name of the file in the package. */
  name: string;
  /** The header `Content-Type`. */
  type: string;
  /** Differs for other contents. Without quotes. */
  etag: string;
  /** Whether it is an HTML page. Other files have a digest in their path. */
  isPage: boolean;
  /** The compressed variants in the package. */
  encodings: readonly Encoding[];
}

/** The files of the dashboard. */
export interface Site {
  /** The file with this path; `undefined` when there is none. Nothing but an exact path finds a file. */
  find: (path: string) => Promise<SiteFile | undefined>;
  /** The HTML page, which is the same for all paths. */
  page: () => Promise<SiteFile>;
  read: (file: SiteFile, encoding: Encoding | undefined) => Promise<Uint8Array>;
}

/** The file that describes the others: their descriptions by their paths. */
const INDEX = 'files.json';
const PAGE = '/index.html';

const SUFFIXES: Readonly<Record<Encoding, string>> = { br: '.br', gzip: '.gz' };

/**
 * The site in a folder, as `scripts/build/site.ts` writes it. Files are read when they are first requested, and kept in
 * memory: all of them are a few hundred KB. Its functions throw an Error that says so when the package has no site.
 */
export const siteIn = (folder: string): Site => {
  const index = lazily(() => readIndex(join(folder, INDEX)));
  const contents = new Map<string, () => Promise<Uint8Array>>();
  return {
    find: async (path) => (await index()).get(path),
    page: async () => {
      const page = (await index()).get(PAGE);
      if (page === undefined) throw new Error(`the site of the package has no ${PAGE}`);
      return page;
    },
    read: (file, encoding) => {
      const name = `${file.name}${encoding === undefined ? '' : SUFFIXES[encoding]}`;
      const load = contents.get(name) ?? lazily(() => readFile(join(folder, name)));
      contents.set(name, load);
      return load();
    },
  };
};

const readIndex = async (path: string): Promise<ReadonlyMap<string, SiteFile>> => {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Error(`the package has no site: ${path} cannot be read`, { cause });
  });
  return new Map(Object.entries(JSON.parse(text) as Record<string, SiteFile>));
};
