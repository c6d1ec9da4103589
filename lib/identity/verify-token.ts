import type { hash as Hash } from 'node:crypto';
import { compactVerify } from 'jose';
import { type Clock, iso, SECOND_MS } from '#lib/platform/clock.ts';
import type { KeySet } from './key-set.ts';
import { type Role, rolesOf } from './roles.ts';
import { readToken } from './token.ts';

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

/**
 * The result of verifying a token. `expired`: everything about the token is right except its time. `undecided`: the
 * claims are right, and its key may be one that the pool created after the last fetch. A caller with either is refused.
 * `why` is a word for the log and is not sent to the caller.
 */
export type Verification =
  | { outcome: 'verified'; identity: Identity }
  | { outcome: 'missing' }
  | { outcome: 'expired'; why: 'time' }
  | { outcome: 'undecided'; why: 'key' }
  | { outcome: 'malformed' | 'invalid'; why: string };

/**
 * Verifies the value of the header `Authorization`.
 * @throws AppError `unavailable` / `KEYS_UNAVAILABLE` while no key of the pool could be fetched
 */
export type VerifyToken = (authorization: string | undefined) => Promise<Verification>;

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

/** The largest accepted difference between the issuer's clock and ours. */
const SKEW_MS = 30 * SECOND_MS;

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
  const cached = new Map<string, Judgement>();

  const cache = (digest: string, verdict: Judgement) => {
    if (cached.size >= maxCached) {
      const [oldest] = cached.keys();
      if (oldest !== undefined) cached.delete(oldest);
    }
    cached.set(digest, verdict);
  };

  /** The first wrong claim, except for the claims about time. */
  const problemOf = (claims: Claims): string | undefined => {
    if (claims.iss !== issuer) return 'issuer';
    if (claims.client_id !== clientId) return 'client';
    if (claims.token_use !== 'access') return 'use';
    if (!hasScope(claims.scope)) return 'scope';
    return undefined;
  };

  const verify = async (token: string): Promise<Judgement> => {
    const parsed = readToken(token);
    if (parsed === 'form') return judgement({ outcome: 'malformed', why: parsed });
    if (typeof parsed === 'string') return invalid(parsed);
    const key = await keys.find(parsed.kid);
    if (key === 'none') return invalid('key');
    if (key === 'not-fetched') {
      const isPlausible = judge(parsed.claims).verification.outcome !== 'invalid';
      return isPlausible ? judgement({ outcome: 'undecided', why: 'key' }) : invalid('key');
    }
    try {
      await compactVerify(token, key, { algorithms: ['RS256'] });
    } catch {
      return invalid('signature');
    }
    return judge(parsed.claims);
  };

  /** The result for the claims. It does not check the signature. */
  const judge = (claims: Claims): Judgement => {
    const problem = problemOf(claims);
    if (problem !== undefined) return invalid(problem);
    const times = timesOf(claims);
    const identity = times && identityOf(claims, times.endMs);
    if (times === undefined || identity === undefined) return invalid('claims');
    const nowMs = clock.now();
    if (nowMs < times.fromMs) return invalid('not yet');
    if (nowMs >= times.untilMs) return judgement({ outcome: 'expired', why: 'time' });
    return judgement({ outcome: 'verified', identity }, times.untilMs);
  };

  return async (authorization) => {
    if (authorization === undefined || authorization === '') return { outcome: 'missing' };
    if (authorization.length > MAX_CHARS) return { outcome: 'malformed', why: 'length' };
    // Most requests find their token in the cache.
    const digest = digestOf(authorization);
    const known = cached.get(digest);
    if (known !== undefined && clock.now() < known.untilMs) return known.verification;
    const token = BEARER.exec(authorization)?.[1];
    if (token === undefined) return { outcome: 'malformed', why: 'scheme' };
    const verdict = await verify(token);
    if (verdict.verification.outcome === 'verified') cache(digest, verdict);
    return verdict.verification;
  };
};

type Claims = Readonly<Record<string, unknown>>;

interface Judgement {
  verification: Verification;
  /** Until when it may be cached. Milliseconds since the Unix epoch; 0 for a result that must not be cached. */
  untilMs: number;
}

const judgement = (verification: Verification, untilMs = 0): Judgement => ({
  verification,
  untilMs,
});

const invalid = (why: string): Judgement => judgement({ outcome: 'invalid', why });

/** Scopes are a list separated by blanks. Source: RFC 6749, section 3.3. */
const hasScope = (scope: unknown): boolean =>
  typeof scope === 'string' && scope.split(' ').includes(REQUIRED_SCOPE);

let hash: typeof Hash | undefined;

/** The cache holds digests, because tokens in memory could be stolen. `node:crypto` is loaded with the first token. */
const digestOf = (text: string): string => {
  hash ??= process.getBuiltinModule('node:crypto').hash;
  return hash('sha256', text);
};

/** Milliseconds since the Unix epoch, with the skew added; `undefined` when a claim is not a time. */
const timesOf = ({ exp, nbf = 0 }: Claims) => {
  if (!isTime(exp) || !isTime(nbf)) return undefined;
  const endMs = exp * SECOND_MS;
  return { fromMs: nbf * SECOND_MS - SKEW_MS, endMs, untilMs: endMs + SKEW_MS };
};

/** Seconds, before the year 10000. */
const isTime = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && value < 253_402_300_800;

const identityOf = (
  { username, sub, 'cognito:groups': groups = [] }: Claims,
  endMs: number,
): Identity | undefined => {
  if (typeof username !== 'string' || !USERNAME.test(username)) return undefined;
  if (typeof sub !== 'string' || !isTexts(groups)) return undefined;
  return { username, sub, roles: rolesOf(groups), expires_at: iso(endMs) };
};

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');
