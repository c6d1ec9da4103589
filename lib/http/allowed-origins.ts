import { isIP } from 'node:net';
import { AppError } from '#lib/platform/errors.ts';
import { isPublicAddress } from './addresses.ts';

/** The destination of a request. The check and the request use the same parsed URL. */
export interface Target {
  tls: boolean;
  /** Lower case, without trailing dot or brackets. */
  host: string;
  port: number;
  /** Path and query as they are sent. */
  path: string;
  /** Whether the configuration lists the origin as local. A local origin may have any address. */
  local: boolean;
}

export interface AllowedOrigins {
  /** @throws AppError `invalid` / `ORIGIN_NOT_ALLOWED`, which contains no part of the URL */
  targetOf: (url: string) => Target;
}

/** Parsers differ in how they read spaces, control characters and backslashes, so two parsers could find two hosts. */
const AMBIGUOUS = /[\p{Cc}\s\\]/u;

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/**
 * The exact origins that may be called. They come from configuration, never from a message. An origin must be https and
 * public. If `localOrigins` contains it, too, it may use plain http and a private address. An origin that is only in
 * `localOrigins` may not be called.
 * @throws AppError `unavailable` / `CONFIG_UNAVAILABLE` when an entry is not an origin or may not be listed. The work
 * waits until an operator corrects the list.
 */
export const allowedOrigins = (
  origins: readonly string[],
  localOrigins: readonly string[] = [],
): AllowedOrigins => {
  const local = new Set(localOrigins.map((origin, index) => originOf(parseOrigin(origin, index))));
  const allowed = new Set<string>();
  origins.forEach((origin, index) => {
    const target = parseOrigin(origin, index);
    const key = originOf(target);
    if (!local.has(key)) {
      if (!target.tls) throw unusableOriginError(index, 'is neither https nor listed as local');
      if (isIP(target.host) !== 0 && !isPublicAddress(target.host)) {
        throw unusableOriginError(
          index,
          'is an address that is neither public nor listed as local',
        );
      }
    }
    allowed.add(key);
  });

  return {
    targetOf: (url) => {
      const target = parse(url);
      const key = target && originOf(target);
      if (target === undefined || key === undefined || !allowed.has(key)) {
        throw new AppError(
          'invalid',
          'ORIGIN_NOT_ALLOWED',
          'the origin of the request is not allowed',
          { sent: false },
        );
      }
      return { ...target, local: local.has(key) };
    },
  };
};

const originOf = ({ tls, host, port }: Target): string =>
  `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`;

/** The parser accepts a wildcard as a host name, which would match no request. */
const NAME_OR_ADDRESS = /^[a-z\d.:_-]+$/;

const parseOrigin = (origin: string, index: number): Target => {
  const target = parse(origin);
  if (target?.path !== '/' || !NAME_OR_ADDRESS.test(target.host))
    throw unusableOriginError(index, 'is not an origin (scheme, host and port)');
  return target;
};

const parse = (text: string): Target | undefined => {
  const url = AMBIGUOUS.test(text) ? null : URL.parse(text);
  if (url === null) return undefined;
  const { protocol, hostname, port, pathname, search, username, password } = url;
  const host = hostname.replace(/\.$/, '').replace(/^\[(.*)\]$/, '$1');
  const defaultPort = DEFAULT_PORTS[protocol];
  if (defaultPort === undefined || host === '' || username !== '' || password !== '') {
    return undefined;
  }
  return {
    tls: protocol === 'https:',
    host,
    port: port === '' ? defaultPort : Number(port),
    path: `${pathname}${search}`,
    local: false,
  };
};

const unusableOriginError = (index: number, problem: string): AppError =>
  new AppError('unavailable', 'CONFIG_UNAVAILABLE', `origin ${index + 1} of the list ${problem}`, {
    retryable: false,
  });
