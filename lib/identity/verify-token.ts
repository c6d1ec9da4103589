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
 * claims are right, and its key may be one that the pool created after the last fetch. Both are refused. `why` is a
 * word for the log and never sent to the caller.
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
  /** The user pool, exactly as its tokens have it in `iss`. */
  issuer: string;
  /** The client whose tokens are accepted. */
  clientId: string;
  keys: Pick<KeySet, 'find'>;
  clock: Clock;
  /** The most verified tokens that are cached. Count. */
  maxRemembered?: number;
}

/** API Gateway accepts 10 KB of headers in total; a token of Cognito has about 1 KB. Characters. */
const MAX_CHARS = 8_192;

/** The most that the issuer's clock and ours may differ. */
const SKEW_MS = 30 * SECOND_MS;

/**
 * The scope that every token of a sign-in has, because `sign-in/sign-in.ts` asks for it. Tokens that the pool issues for
 * other things, such as its own API, do not have it.
 */
export const REQUIRED_SCOPE = 'openid';

/** RFC 6750, section 2.1. RFC 9110 makes the name of the scheme case-insensitive. */
const BEARER = /^bearer +(\S+)$/i;

/** Without blanks and control characters. Source: the API reference of Cognito, `Username`. */
const USERNAME = /^[\p{L}\p{M}\p{N}\p{P}\p{S}]{1,128}$/u;

/**
 * Verifies access tokens of the user pool: RS256 by a key of the pool, `iss`, `client_id`, `token_use`, `scope`, `exp`
 * and `nbf`. A verified token is cached, by its digest, until it expires.
 * Source: RFC 8725; "Verifying JSON web tokens", Amazon Cognito Developer Guide.
 */
export const tokenVerifier = ({
  issuer,
  clientId,
  keys,
  clock,
  maxRemembered = 1_000,
}: VerifierOptions): VerifyToken => {
  const remembered = new Map<string, Judged>();

  const remember = (digest: string, verdict: Judged) => {
    if (remembered.size >= maxRemembered) {
      const [oldest] = remembered.keys();
      if (oldest !== undefined) remembered.delete(oldest);
    }
    remembered.set(digest, verdict);
  };

  /** The first wrong claim, apart from those about time. */
  const problemOf = (claims: Claims): string | undefined => {
    if (claims.iss !== issuer) return 'issuer';
    if (claims.client_id !== clientId) return 'client';
    if (claims.token_use !== 'access') return 'use';
    if (!hasScope(claims.scope)) return 'scope';
    return undefined;
  };

  const verify = async (token: string): Promise<Judged> => {
    const written = readToken(token);
    if (written === 'form') return judged({ outcome: 'malformed', why: written });
    if (typeof written === 'string') return refused(written);
    const key = await keys.find(written.kid);
    if (key === 'none') return refused('key');
    if (key === 'unasked') {
      const isPlausible = judge(written.claims).verification.outcome !== 'invalid';
      return isPlausible ? judged({ outcome: 'undecided', why: 'key' }) : refused('key');
    }
    try {
      await compactVerify(token, key, { algorithms: ['RS256'] });
    } catch {
      return refused('signature');
    }
    return judge(written.claims);
  };

  /** The result for claims, without looking at the signature. */
  const judge = (claims: Claims): Judged => {
    const problem = problemOf(claims);
    if (problem !== undefined) return refused(problem);
    const times = timesOf(claims);
    const identity = times && identityOf(claims, times.endMs);
    if (times === undefined || identity === undefined) return refused('claims');
    const nowMs = clock.now();
    if (nowMs < times.fromMs) return refused('not yet');
    if (nowMs >= times.untilMs) return judged({ outcome: 'expired', why: 'time' });
    return judged({ outcome: 'verified', identity }, times.untilMs);
  };

  return async (authorization) => {
    if (authorization === undefined || authorization === '') return { outcome: 'missing' };
    if (authorization.length > MAX_CHARS) return { outcome: 'malformed', why: 'length' };
    // Most requests find their token in the cache.
    const digest = digestOf(authorization);
    const known = remembered.get(digest);
    if (known !== undefined && clock.now() < known.untilMs) return known.verification;
    const token = BEARER.exec(authorization)?.[1];
    if (token === undefined) return { outcome: 'malformed', why: 'scheme' };
    const verdict = await verify(token);
    if (verdict.verification.outcome === 'verified') remember(digest, verdict);
    return verdict.verification;
  };
};

type Claims = Readonly<Record<string, unknown>>;

interface Judged {
  verification: Verification;
  /** Until when it may be cached. Milliseconds since the Unix epoch; 0 for a result that must not be cached. */
  untilMs: number;
}

const judged = (verification: Verification, untilMs = 0): Judged => ({ verification, untilMs });

const refused = (why: string): Judged => judged({ outcome: 'invalid', why });

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
