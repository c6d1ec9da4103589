import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { env } from '#lib/platform/env.ts';

export type Claims = Readonly<Record<string, unknown>>;

export interface SigningKey {
  kid: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
}

export interface TokenOverrides {
  username?: string;
  groups?: readonly string[];
  /** Overrides of the claims that a token of Cognito has; `undefined` removes one. */
  claims?: Claims;
  /** Overrides of `{ kid, alg }`; `undefined` removes one. */
  header?: Claims;
  /** Signs with this key instead of the current one. */
  key?: SigningKey;
}

export interface IdentityProviderOptions {
  issuer?: string;
  clientId?: string;
  now?: () => number;
  /** The key until the first rotation. Default: a key of its own. */
  key?: SigningKey;
}

const HOUR_S = 3_600;

const made = new Map<string, SigningKey>();

/** An RSA key by name. A test process generates each only once, because that is slow. */
const keyNamed = (kid: string): SigningKey => {
  const key = made.get(kid) ?? { kid, ...generateKeyPairSync('rsa', { modulusLength: 2_048 }) };
  made.set(kid, key);
  return key;
};

/** A key of a stranger, with any `kid`. */
export const strangersKey = (kid = 'stranger'): SigningKey => ({ ...keyNamed('stranger'), kid });

export const encoded = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** A token with any header and claims, well-formed or not. Strings are used unchanged, anything else becomes JSON. */
export const rs256 = (header: unknown, claims: unknown, { privateKey }: SigningKey): string => {
  const signed = `${encoded(header)}.${encoded(claims)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`;
};

/** A token signed with a shared secret. */
export const hs256 = (header: unknown, claims: unknown, secret: string | Buffer): string => {
  const signed = `${encoded(header)}.${encoded(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
};

/**
 * The tokens of a user pool: keys that rotate, the key set that it publishes, and access and id tokens like
 * Cognito's.
 */
export const identityProvider = ({
  issuer = env('USER_POOL_ISSUER'),
  clientId = env('USER_POOL_CLIENT_ID'),
  now = Date.now,
  key = keyNamed('key-0'),
}: IdentityProviderOptions = {}) => {
  let rotations = 0;
  let current = key;
  let published: SigningKey[] = [current];
  let tokens = 0;

  const claimsOf = ({ username = 'ada', groups, claims = {} }: TokenOverrides = {}): Claims => {
    const nowS = Math.floor(now() / 1_000);
    tokens += 1;
    return {
      sub: `sub-of-${username}`,
      ...(groups === undefined ? {} : { 'cognito:groups': groups }),
      iss: issuer,
      version: 2,
      client_id: clientId,
      origin_jti: 'b7a1f9be-0000-4000-8000-000000000000',
      event_id: 'b7a1f9be-0000-4000-8000-000000000001',
      token_use: 'access',
      scope: 'openid email profile',
      auth_time: nowS,
      exp: nowS + HOUR_S,
      iat: nowS,
      jti: `token-${tokens}`,
      username,
      ...claims,
    };
  };

  const headerOf = ({ header = {}, key = current }: TokenOverrides = {}): Claims => ({
    kid: key.kid,
    alg: 'RS256',
    ...header,
  });

  const idClaimsOf = (overrides: TokenOverrides = {}): Claims => {
    const { client_id, username, scope: _, version: __, ...claims } = claimsOf(overrides);
    return {
      ...claims,
      aud: client_id,
      token_use: 'id',
      'cognito:username': username,
      email: `${username}@example.org`,
      email_verified: true,
      ...overrides.claims,
    };
  };

  return {
    issuer,
    clientId,
    claimsOf,
    headerOf,
    key: () => current,
    /** An access token. */
    token: (overrides: TokenOverrides = {}): string =>
      rs256(headerOf(overrides), claimsOf(overrides), overrides.key ?? current),
    idToken: (overrides: TokenOverrides = {}): string =>
      rs256(headerOf(overrides), idClaimsOf(overrides), overrides.key ?? current),
    /** Sign with the next key from now on. It is published, unless the test publishes keys itself. */
    rotate: ({ publish = true }: { publish?: boolean } = {}): SigningKey => {
      rotations += 1;
      current = keyNamed(`key-${rotations}`);
      if (publish) published = [...published, current];
      return current;
    },
    /** Set the content of the key set. */
    publish: (...keys: readonly SigningKey[]) => {
      published = [...keys];
    },
    /** The published key set. */
    jwks: (): string =>
      JSON.stringify({
        keys: published.map(({ kid, publicKey }) => ({
          ...publicKey.export({ format: 'jwk' }),
          kid,
          alg: 'RS256',
          use: 'sig',
        })),
      }),
  };
};

export type IdentityProvider = ReturnType<typeof identityProvider>;

/** How the server of a key set fails. */
export type KeyServerFault =
  | 'error'
  | 'silent'
  | 'drip'
  | 'huge'
  | 'garbage'
  | 'redirect'
  | 'hang up';

const MEGABYTE = 1024 * 1024;

const FAULTS: Record<KeyServerFault, (response: ServerResponse) => void> = {
  error: (response) => response.writeHead(500).end('{}'),
  silent: () => {},
  drip: (response) => {
    const timer = setInterval(() => response.write(' '), 50);
    response.on('close', () => clearInterval(timer));
  },
  huge: (response) => response.writeHead(200).end(' '.repeat(MEGABYTE)),
  garbage: (response) => response.writeHead(200).end('<html>not a key</html>'),
  redirect: (response) => response.writeHead(302, { Location: '/elsewhere' }).end(),
  'hang up': (response) => response.destroy(),
};

/** Serves the key set of a provider on a free port of this machine. */
export const serveKeys = async ({ jwks }: Pick<IdentityProvider, 'jwks'>) => {
  let fault: KeyServerFault | undefined;
  let requests = 0;
  const server = createServer((_request, response) => {
    requests += 1;
    if (fault === undefined) response.writeHead(200).end(jwks());
    else FAULTS[fault](response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    origin,
    url: `${origin}/.well-known/jwks.json`,
    requests: () => requests,
    /** In effect from now on; `undefined` ends it. */
    failWith: (next: KeyServerFault | undefined) => {
      fault = next;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
};
