import * as z from 'zod/mini';

/** Characters. */
const MAX_CHARS = 512;

/** The visible characters of an address without those that start a fragment or that browsers read as a slash. */
const PATH = String.raw`\/[\w\-.~!$&'()*+,;=:@%/?[\]]*`;
const LOOPBACK = new RegExp(
  String.raw`^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(?::(\d{1,5}))?(${PATH})?$`,
);
const WEB = new RegExp(String.raw`^https:\/\/[a-z0-9.-]+(?::\d{1,5})?${PATH}$`);

/**
 * An address to which the sign-in of an assistant may return: https, or plain http to a program on the person's computer.
 * It is in its normal form, because the comparison is by characters.
 */
export const ClientRedirect = z.string().check(
  z.maxLength(MAX_CHARS),
  z.refine(
    (uri) => isNormal(uri),
    'must be https, or http on localhost, without user, fragment and wildcard',
  ),
);

/** Whether an address belongs to a program on the person's computer. Source: RFC 8252, section 7.3. */
export const isLoopback = (uri: string): boolean => loopbackOf(uri) !== undefined;

/**
 * Whether an address of a request is one of those that the client may use: equal by characters, except that a program on the
 * person's computer may listen on any port. Source: RFC 9700, section 2.1; RFC 8252, section 7.3.
 */
export const isAllowedRedirect = (uri: string, allowed: readonly string[]): boolean => {
  if (!z.safeParse(ClientRedirect, uri).success) return false;
  const given = loopbackOf(uri);
  return allowed.some((one) => {
    if (one === uri) return true;
    const known = loopbackOf(one);
    return given !== undefined && known?.host === given.host && known.path === given.path;
  });
};

/**
 * Whether a client that nobody knows may return to an address: it is on the person's computer, or it is one of the addresses
 * of the known clients.
 */
export const isRegistrable = (uri: string, listed: readonly string[]): boolean =>
  isLoopback(uri) || isAllowedRedirect(uri, listed);

/** The host and the path of an address on the person's computer. */
const loopbackOf = (uri: string) => {
  const [, host, , path = ''] = LOOPBACK.exec(uri) ?? [];
  return host === undefined ? undefined : { host, path };
};

const isNormal = (uri: string): boolean => {
  if (uri.includes('*')) return false;
  const loopback = loopbackOf(uri);
  if (loopback === undefined) return WEB.test(uri) && URL.parse(uri)?.href === uri;
  const { host, path } = loopback;
  return URL.canParse(uri) && URL.parse(`http://${host}${path || '/'}`)?.pathname === pathIn(path);
};

/** Without the query. */
const pathIn = (path: string): string => (path || '/').split('?')[0] ?? '';
