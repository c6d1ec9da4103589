import type { hash as Hash } from 'node:crypto';
import { type Clock, iso } from '#lib/platform/clock.ts';
import type { KeySet } from './key-set.ts';
import { type Role, rolesOf } from './roles.ts';
import { type Claims, type JwtVerification, jwtVerifier } from './verify-jwt.ts';

/** The caller, as an access token of the user pool names them. */
export interface Identity {
  username: string;
  /** The user's id in the pool; it never changes. */
  sub: string;
  /** Empty for a user in none of the groups that are roles. */
  roles: readonly Role[];
  /** When the token expires. ISO 8601. */
  expires_at: string;
}

/** The result of verifying a token. A caller whose token is `expired` or `undecided` is refused. `why` is for the log. */
export type TokenVerification =
  | { outcome: 'verified'; identity: Identity }
  | { outcome: 'missing' }
  | Exclude<JwtVerification<Identity>, { outcome: 'verified' }>;

/**
 * Verifies the value of the header `Authorization`.
 * @throws AppError `unavailable` / `KEYS_UNAVAILABLE` while no key of the pool could be fetched
 */
export type VerifyToken = (authorization: string | undefined) => Promise<TokenVerification>;

export interface VerifierOptions {
  /** The exact value of the claim `iss`. */
  issuer: string;
  /** The app client whose tokens are accepted. */
  clientId: string;
  keys: Pick<KeySet, 'find'>;
  clock: Clock;
  /** The maximum number of verified tokens in the cache. Count. */
  maxCached?: number;
}

/** API Gateway accepts 10 KB of headers in total; a token of Cognito has about 1 KB. Characters. */
const MAX_CHARS = 8_192;

/**
 * The scope that every token of a sign-in has, because `sign-in/sign-in.ts` requests it. Tokens that the pool issues for
 * another purpose, such as its own API, do not have it.
 */
export const REQUIRED_SCOPE = 'openid';

/** Source: RFC 6750, section 2.1. The scheme is case-insensitive (RFC 9110). */
const BEARER = /^bearer +(\S+)$/i;

/** No white space and no control characters. Source: Amazon Cognito API reference, `Username`. */
const USERNAME = /^[\p{L}\p{M}\p{N}\p{P}\p{S}]{1,128}$/u;

/**
 * Verifies access tokens of the user pool: RS256 by a key of the pool, `iss`, `client_id`, `token_use`, `scope`, `exp`
 * and `nbf`. A verified token is cached under its digest until it expires.
 * Source: RFC 8725; "Verifying JSON web tokens", Amazon Cognito Developer Guide.
 */
export const tokenVerifier = ({
  issuer,
  clientId,
  keys,
  clock,
  maxCached = 1_000,
}: VerifierOptions): VerifyToken => {
  const cached = new Map<string, Verified>();

  const cache = (digest: string, verified: Verified) => {
    if (cached.size >= maxCached) {
      const [oldest] = cached.keys();
      if (oldest !== undefined) cached.delete(oldest);
    }
    cached.set(digest, verified);
  };

  /** The user of a token, or the first wrong claim. */
  const readClaims = (claims: Claims) => {
    if (claims.iss !== issuer) return 'issuer';
    if (claims.client_id !== clientId) return 'client';
    if (claims.token_use !== 'access') return 'use';
    if (!hasScope(claims.scope)) return 'scope';
    const subject = userOf(claims);
    return subject === undefined ? 'claims' : { subject };
  };

  const verify = jwtVerifier({ keys, clock, readClaims });

  return async (authorization) => {
    if (authorization === undefined || authorization === '') return { outcome: 'missing' };
    if (authorization.length > MAX_CHARS) return { outcome: 'malformed', why: 'length' };
    // Most requests find their token in the cache.
    const digest = digestOf(authorization);
    const known = cached.get(digest);
    if (known !== undefined && clock.now() < known.endMs) return known.verification;
    const token = BEARER.exec(authorization)?.[1];
    if (token === undefined) return { outcome: 'malformed', why: 'scheme' };
    const verified = await verify(token);
    if (verified.outcome !== 'verified') return verified;
    const { subject, endMs } = verified;
    const identity = { ...subject, expires_at: iso(endMs) };
    const verification = { outcome: 'verified', identity } as const;
    cache(digest, { verification, endMs });
    return verification;
  };
};

interface Verified {
  verification: TokenVerification;
  /** Until when it may be cached. Milliseconds since the Unix epoch. */
  endMs: number;
}

/** Scopes are a list separated by blanks. Source: RFC 6749, section 3.3. */
const hasScope = (scope: unknown): boolean =>
  typeof scope === 'string' && scope.split(' ').includes(REQUIRED_SCOPE);

let hash: typeof Hash | undefined;

/** The cache holds digests, because tokens in memory could be stolen. `node:crypto` is loaded with the first token. */
const digestOf = (text: string): string => {
  hash ??= process.getBuiltinModule('node:crypto').hash;
  return hash('sha256', text);
};

const userOf = ({
  username,
  sub,
  'cognito:groups': groups = [],
}: Claims): Omit<Identity, 'expires_at'> | undefined => {
  if (typeof username !== 'string' || !USERNAME.test(username)) return undefined;
  if (typeof sub !== 'string' || !isTexts(groups)) return undefined;
  return { username, sub, roles: rolesOf(groups) };
};

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');
