import { matchesWeakly } from '#lib/platform/entity-tags.ts';
import { PAGES } from './app/pages.ts';
import type { Encoding, Site, SiteFile } from './site.ts';

/** A GET or HEAD request for a file or page of the dashboard. */
export interface AssetRequest {
  isHead: boolean;
  /** As the gateway delivers it: percent-decoded, and otherwise unchanged. */
  path: string;
  /** The headers `Accept-Encoding` and `If-None-Match` as they were sent. */
  acceptEncoding: string | undefined;
  ifNoneMatch: string | undefined;
}

export interface AssetResponse {
  status: 200 | 304 | 404;
  headers: Record<string, string>;
  /** Absent in the response to HEAD, and in a 304. */
  body?: Uint8Array;
}

export interface ServeDeps {
  site: Site;
  /** Pages besides those of `app/pages.ts`. */
  morePages: readonly string[];
}

/** The name of a file contains a digest, so the same name always has the same contents. */
const FOREVER = 'public, max-age=31536000, immutable';
const WEIGHT = /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/;
const ID = '[\\w-]{1,128}';

/**
 * Serves a file of the dashboard, or its page: with status 200 at the path of a page, else with 404, so that the page says
 * that there is nothing. The path is only compared, never resolved, so no path leads out of the package.
 */
export const serveAsset = async (
  { isHead, path, acceptEncoding, ifNoneMatch }: AssetRequest,
  { site, morePages }: ServeDeps,
): Promise<AssetResponse> => {
  const found = await site.find(path);
  // The page has a path of its own only in the index.
  const isAsset = found !== undefined && !found.isPage;
  const file = isAsset ? found : await site.page();
  const status = isAsset || isPage(path, morePages) ? 200 : 404;
  const encoding = encodingOf(file, acceptEncoding);
  const etag = `"${file.etag}${encoding === undefined ? '' : `-${encoding}`}"`;
  const headers = {
    ETag: etag,
    'Cache-Control': file.isPage ? 'no-store' : FOREVER,
    Vary: 'Accept-Encoding',
  };
  if (status === 200 && ifNoneMatch !== undefined && matchesWeakly(ifNoneMatch, etag)) {
    return { status: 304, headers };
  }
  return {
    status,
    headers: {
      ...headers,
      'Content-Type': file.type,
      ...(encoding === undefined ? {} : { 'Content-Encoding': encoding }),
    },
    ...(isHead ? {} : { body: await site.read(file, encoding) }),
  };
};

const PATTERNS = PAGES.map((page) => new RegExp(`^${page.replace(/:\w+/g, ID)}$`));

const isPage = (path: string, morePages: readonly string[]): boolean =>
  morePages.includes(path) || PATTERNS.some((pattern) => pattern.test(path));

/**
 * The compressed variant that the client prefers; without a preference, the smallest. `undefined` when it accepts none.
 * Source: RFC 9110, section 12.5.3.
 */
const encodingOf = (file: SiteFile, accepted = ''): Encoding | undefined => {
  const weights = weightsIn(accepted);
  const weightOf = (encoding: Encoding) => weights.get(encoding) ?? weights.get('*') ?? 0;
  return file.encodings
    .filter((encoding) => weightOf(encoding) > 0)
    .toSorted((one, other) => weightOf(other) - weightOf(one))[0];
};

/** The weight of each coding in `Accept-Encoding`, from 0 to 1. A malformed weight is 0: the coding is not used. */
const weightsIn = (accepted: string): ReadonlyMap<string, number> =>
  new Map(
    accepted.split(',').map((item) => {
      const [coding = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
      const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1';
      return [coding, WEIGHT.test(weight) ? Number(weight) : 0] as const;
    }),
  );
