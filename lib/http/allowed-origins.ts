import { isIP } from 'node:net';
import { AppError } from '#lib/platform/errors.ts';
import { isPublicAddress } from './addresses.ts';

/** Where a request goes, as the one parser read it that also checked it. */
export interface Target {
  tls: boolean;
  /** Lower case, without trailing dot or brackets. */
  host: string;
  port: number;
  /** Path and query as they travel. */
  path: string;
  /** Whether configuration lists the origin as local, so that any address will do. */
  local: boolean;
}

export interface AllowedOrigins {
  /** @throws AppError `invalid` / `ORIGIN_NOT_ALLOWED`, with no word of the URL */
  targetOf: (url: string) => Target;
}

/** Spaces and control characters are dropped and backslashes turned by some parsers only: two would read two hosts. */
const READ_DIFFERENTLY = /[\p{Cc}\s\\]/u;

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/**
 * The exact origins that may be called; they come from configuration, never from a message. An origin is https and
 * public, unless `localOrigins` lists it too: then it may be plain http and at a private address. Being listed as
 * local alone allows nothing.
 * @throws AppError `unavailable` / `CONFIG_UNAVAILABLE` when an origin is none, or one that may not be listed: the work
 * can wait until an operator has mended it
 */
export const allowedOrigins = (
  origins: readonly string[],
  localOrigins: readonly string[] = [],
): AllowedOrigins => {
  const local = new Set(localOrigins.map((origin, index) => keyOf(listed(origin, index))));
  const allowed = new Set<string>();
  origins.forEach((origin, index) => {
    const target = listed(origin, index);
    const key = keyOf(target);
    if (!local.has(key)) {
      if (!target.tls) throw unusable(index, 'is neither https nor listed as local');
      if (isIP(target.host) !== 0 && !isPublicAddress(target.host)) {
        throw unusable(index, 'is an address that is neither public nor listed as local');
      }
    }
    allowed.add(key);
  });

  return {
    targetOf: (url) => {
      const target = parse(url);
      const key = target && keyOf(target);
      if (target === undefined || key === undefined || !allowed.has(key)) {
        throw new AppError(
          'invalid',
          'ORIGIN_NOT_ALLOWED',
          'the origin of the request is not allowed',
        );
      }
      return { ...target, local: local.has(key) };
    },
  };
};

const keyOf = ({ tls, host, port }: Target): string =>
  `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`;

/** A wildcard would be a host like any other to the parser, and match nothing. */
const NAME_OR_ADDRESS = /^[a-z\d.:_-]+$/;

const listed = (origin: string, index: number): Target => {
  const target = parse(origin);
  if (target?.path !== '/' || !NAME_OR_ADDRESS.test(target.host))
    throw unusable(index, 'is no origin (scheme, host and port)');
  return target;
};

const parse = (text: string): Target | undefined => {
  const url = READ_DIFFERENTLY.test(text) ? null : URL.parse(text);
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

const unusable = (index: number, problem: string): AppError =>
  new AppError('unavailable', 'CONFIG_UNAVAILABLE', `origin ${index + 1} of the list ${problem}`, {
    retryable: false,
  });
