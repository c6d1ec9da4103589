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
  read: (file: SiteFile, encoding: Encoding | undefined) => Promise<Uint8Array>;
}

const SUFFIXES: Readonly<Record<Encoding, string>> = { br: '.br', gzip: '.gz' };

/**
 * The site in a folder, as `scripts/build/site.ts` writes it. Files are read when they are first requested, and kept in
 * memory: all of them are a few hundred KB.
 */
export const siteIn = (folder: string): Site => {
  const index = lazily(async () => {
    const text = await readFile(join(folder, 'files.json'), 'utf8');
    return new Map(Object.entries(JSON.parse(text) as Record<string, SiteFile>));
  });
  const contents = new Map<string, () => Promise<Uint8Array>>();
  return {
    find: async (path) => (await index()).get(path),
    read: (file, encoding) => {
      const name = `${file.name}${encoding === undefined ? '' : SUFFIXES[encoding]}`;
      const load = contents.get(name) ?? lazily(() => readFile(join(folder, name)));
      contents.set(name, load);
      return load();
    },
  };
};
