import type { IncomingMessage } from 'node:http';

/**
 * The header that the front and our own scripts send to the local AWS, which refuses most requests without it. A web page
 * can send it only after a preflight, which `ministack/guard.py` refuses.
 */
export const FRONT_HEADER = { 'x-rez-agent-front': '1' } as const;

/** `Host` as a browser writes it for an address of this machine, with any port, because the port can be forwarded. */
const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;

/**
 * The reason to refuse a request to a server on the loopback address, or `undefined`. Every web page that is open in a
 * browser on this machine can send requests here. `Host` shows a name that an attacker rebinds to 127.0.0.1. `Origin` and
 * the fetch metadata show which page sends. No page can forge them, and programs that are not browsers omit them.
 * @param origins Other origins whose pages may call, compared exactly
 */
export const refusalOf = (
  { method, url = '', headersDistinct: headers }: IncomingMessage,
  origins: readonly string[] = [],
): string | undefined => {
  const [host = '', ...moreHosts] = headers.host ?? [];
  if (moreHosts.length > 0 || !LOOPBACK.test(host)) return 'Host is not a name of this machine';
  if (!url.startsWith('/')) return 'the request target is not a path';
  if (headers.origin !== undefined) {
    const [origin = '', ...moreOrigins] = headers.origin;
    const isAllowed = origin === `http://${host.toLowerCase()}` || origins.includes(origin);
    return isAllowed && moreOrigins.length === 0 ? undefined : 'Origin is not an allowed one';
  }
  const site = headers['sec-fetch-site']?.join() ?? 'none';
  if (site === 'none' || site === 'same-origin' || isNavigation(method, headers)) return undefined;
  return 'a page of another site sent it';
};

/** Whether a browser opens a page in a tab. No other page can read what the tab shows. */
const isNavigation = (method: string | undefined, headers: IncomingMessage['headersDistinct']) =>
  method === 'GET' &&
  headers['sec-fetch-mode']?.join() === 'navigate' &&
  headers['sec-fetch-dest']?.join() === 'document';
