import { compactVerify } from 'jose';
import { type Clock, SECOND_MS } from '#lib/platform/clock.ts';
import type { KeySet } from './key-set.ts';
import { readToken } from './token.ts';

/** The claims of a token. Nothing is known about their values. */
export type Claims = Readonly<Record<string, unknown>>;

/**
 * The result of verifying a token in the compact form. `expired`: everything about the token is right except its time.
 * `undecided`: the claims are right, and its key may be one that the issuer created after the last fetch. `why` is a word
 * for the log that contains no part of the token.
 */
export type JwtVerification<Subject> =
  | {
      outcome: 'verified';
      subject: Subject;
      /** The claim `exp`. Milliseconds since the Unix epoch. */
      endMs: number;
    }
  | { outcome: 'expired'; why: 'time' }
  | { outcome: 'undecided'; why: 'key' }
  | { outcome: 'malformed' | 'invalid'; why: string };

/** @throws AppError `unavailable` / `KEYS_UNAVAILABLE` while no key of the issuer could be fetched */
export type VerifyJwt<Subject> = (token: string) => Promise<JwtVerification<Subject>>;

export interface JwtOptions<Subject> {
  keys: Pick<KeySet, 'find'>;
  clock: Pick<Clock, 'now'>;
  /**
   * What the claims say, except for the claims about time.
   * @returns for claims that are refused, a word for the log that says why
   */
  readClaims: (claims: Claims) => { subject: Subject } | string;
}

/** The largest accepted difference between the issuer's clock and ours. Seconds. */
const SKEW_S = 30;

/** Verifies the form of a token, its signature with RS256, its claims, and its times `exp` (required) and `nbf`. */
export const jwtVerifier = <Subject>({
  keys,
  clock,
  readClaims,
}: JwtOptions<Subject>): VerifyJwt<Subject> => {
  /** The result for the claims. It does not check the signature. */
  const judge = (claims: Claims): JwtVerification<Subject> => {
    const read = readClaims(claims);
    if (typeof read === 'string') return invalid(read);
    const { exp, nbf = 0 } = claims;
    if (!isTime(exp) || !isTime(nbf)) return invalid('claims');
    const nowS = clock.now() / SECOND_MS;
    if (nowS < nbf - SKEW_S) return invalid('not yet');
    if (nowS >= exp + SKEW_S) return { outcome: 'expired', why: 'time' };
    return { outcome: 'verified', subject: read.subject, endMs: exp * SECOND_MS };
  };

  return async (token) => {
    const parsed = readToken(token);
    if (parsed === 'form') return { outcome: 'malformed', why: parsed };
    if (typeof parsed === 'string') return invalid(parsed);
    const key = await keys.find(parsed.kid);
    if (key === 'none') return invalid('key');
    if (key === 'not-fetched') {
      const isPlausible = judge(parsed.claims).outcome !== 'invalid';
      return isPlausible ? { outcome: 'undecided', why: 'key' } : invalid('key');
    }
    try {
      await compactVerify(token, key, { algorithms: ['RS256'] });
    } catch {
      return invalid('signature');
    }
    return judge(parsed.claims);
  };
};

const invalid = (why: string) => ({ outcome: 'invalid', why }) as const;

/** Seconds, before the year 10000. */
const isTime = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && value < 253_402_300_800;
