import type { IncomingMessage } from 'node:http';

/**
 * The header of the front and of our own scripts at the local AWS, which answers little without it. A page can send it
 * only after a preflight, which `ministack/guard.py` refuses.
 */
export const FRONT_HEADER = { 'x-rez-agent-front': '1' } as const;

/** `Host` as a browser writes it for an address of this machine, whatever the port: it may be forwarded. */
const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;

/**
 * Why a server on the loopback address must not answer a request, or `undefined`. Every page that is open in a browser
 * on this machine can send requests here. `Host` shows a name that an attacker rebinds to 127.0.0.1, `Origin` and the
 * fetch metadata show which page sends; no page can forge them. What is no browser sends neither.
 * @param origins pages that may call besides the server's own, exact
 */
export const refusalOf = (
  { method, url = '', headersDistinct: headers }: IncomingMessage,
  origins: readonly string[] = [],
): string | undefined => {
  const [host = '', ...moreHosts] = headers.host ?? [];
  if (moreHosts.length > 0 || !LOOPBACK.test(host)) return 'Host is not this machine';
  if (!url.startsWith('/')) return 'the request target is not a path';
  if (headers.origin !== undefined) {
    const [origin = '', ...moreOrigins] = headers.origin;
    const isOurs = origin === `http://${host.toLowerCase()}` || origins.includes(origin);
    return isOurs && moreOrigins.length === 0 ? undefined : 'Origin is not a page of ours';
  }
  const site = headers['sec-fetch-site']?.join() ?? 'none';
  if (site === 'none' || site === 'same-origin' || isNavigation(method, headers)) return undefined;
  return 'a page of another site sent this';
};

/** Whether a browser opens a page in a tab: the answer is shown there, and no other page can read it. */
const isNavigation = (method: string | undefined, headers: IncomingMessage['headersDistinct']) =>
  method === 'GET' &&
  headers['sec-fetch-mode']?.join() === 'navigate' &&
  headers['sec-fetch-dest']?.join() === 'document';
