import type { CryptoKey } from 'jose';
import { type Clock, SECOND_MS } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { Logger } from '#lib/platform/logger.ts';
import type { FetchKeys } from './fetch-keys.ts';

/** The public keys of an issuer of tokens, by name. */
export interface KeySet {
  /**
   * The key with exactly that `kid`. `none` when the issuer has no such key. `not-fetched`: the key is not cached, and the
   * minimum time between two fetches has not passed.
   * @throws AppError `unavailable` / `KEYS_UNAVAILABLE` while no key was ever fetched
   */
  find: (kid: string) => Promise<CryptoKey | 'none' | 'not-fetched'>;
  /** Fetches the key set now. When the fetch fails, logs why, keeps the cached keys and resolves to false. */
  refresh: () => Promise<boolean>;
  /** The `kid` of every key that is cached. */
  names: () => string[];
}

export interface KeySetOptions {
  fetchKeys: FetchKeys;
  /** How long the set is cached. A key that the issuer removes is refused after this time at the latest. Milliseconds. */
  ttlMs: number;
  clock: Clock;
  log: Pick<Logger, 'warn'>;
}

/** The minimum time between two fetches, so that tokens with invented `kid`s do not cause requests. */
const PAUSE_MS = 10 * SECOND_MS;

/** The same while no key is cached and every token is refused. */
const PAUSE_WITHOUT_KEYS_MS = SECOND_MS;

const MAX_KEYS = 32;

/**
 * Caches the key set of an issuer. Concurrent callers share one fetch. An unknown `kid` causes another fetch, at most
 * every 10 seconds, for which callers with a known `kid` do not wait. While a fetch fails, the cached keys stay in use.
 * Source: RFC 7517 for the form of the set.
 */
export const keySet = ({ fetchKeys, ttlMs, clock, log }: KeySetOptions): KeySet => {
  let keys: ReadonlyMap<string, CryptoKey> = new Map();
  let staleMs = Number.NEGATIVE_INFINITY;
  let startedMs = Number.NEGATIVE_INFINITY;
  let running: Promise<boolean> | undefined;

  const load = async () => {
    startedMs = clock.now();
    try {
      keys = await importKeys(await fetchKeys());
      staleMs = startedMs + ttlMs;
      return true;
    } catch (error) {
      log.warn({ err: error, keys: keys.size }, 'key set not refreshed');
      return false;
    }
  };

  const refresh = () => {
    running ??= load().finally(() => {
      running = undefined;
    });
    return running;
  };

  const find = async (kid: string) => {
    const nowMs = clock.now();
    let isFetched = false;
    if (!keys.has(kid) || nowMs >= staleMs) {
      const pauseMs = keys.size > 0 ? PAUSE_MS : PAUSE_WITHOUT_KEYS_MS;
      if (running !== undefined || nowMs >= startedMs + pauseMs) isFetched = await refresh();
    }
    if (keys.size === 0) {
      throw new AppError(
        'unavailable',
        'KEYS_UNAVAILABLE',
        'no key of the issuer could be fetched',
      );
    }
    return keys.get(kid) ?? (isFetched || !hasFormOfKid(kid, keys) ? 'none' : 'not-fetched');
  };

  return { find, refresh, names: () => [...keys.keys()] };
};

const NAME = /^[\w+/=-]+$/;

/** Whether a `kid` has the form of the issuer's: base64 of a digest, so all have the same length. */
const hasFormOfKid = (kid: string, keys: ReadonlyMap<string, unknown>): boolean =>
  NAME.test(kid) && [...keys.keys()].some(({ length }) => length === kid.length);

const importKeys = async (text: string): Promise<Map<string, CryptoKey>> => {
  const keys = new Map<string, CryptoKey>();
  for (const jwk of parseKeys(text).filter(isUsable).slice(0, MAX_KEYS)) {
    const { kid, kty, n, e } = jwk;
    // Of two keys with the same kid the first one counts.
    if (keys.has(kid)) continue;
    const key = await crypto.subtle
      .importKey('jwk', { kty, n, e }, RS256, false, ['verify'])
      .catch(() => undefined);
    if (key !== undefined) keys.set(kid, key);
  }
  if (keys.size === 0) throw keySetError('holds no key for RS256');
  return keys;
};

const RS256 = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };

const parseKeys = (text: string): unknown[] => {
  let set: { keys?: unknown } | null;
  try {
    set = JSON.parse(text) as typeof set;
  } catch (cause) {
    throw keySetError('is not JSON', cause);
  }
  if (!Array.isArray(set?.keys)) throw keySetError('is not a list of keys');
  return set.keys;
};

interface UsableKey {
  kid: string;
  kty: 'RSA';
  n: string;
  e: string;
}

/** 2048 to 8192 bits, and 16 to 48 bits, in base64url. */
const MODULUS = /^[\w-]{342,1366}$/;
const EXPONENT = /^[\w-]{3,8}$/;

/**
 * Whether all properties of a key allow to verify RS256 with it. Other keys are skipped: those for another use,
 * operation, type or algorithm, private keys, and keys with an unsafe modulus or exponent.
 * Source: RFC 7517, sections 4.1 to 4.4; FIPS 186-5, section A.1.1, for the exponent.
 */
const isUsable = (jwk: unknown): jwk is UsableKey => {
  const { kty, kid, n, e, d, ...purpose } = (jwk ?? {}) as Record<string, unknown>;
  const { use = 'sig', alg = 'RS256', key_ops = ['verify'] } = purpose;
  const isNamed = typeof kid === 'string' && kid !== '';
  const isRsa = kty === 'RSA' && d === undefined && isModulus(n) && isExponent(e);
  return isNamed && isRsa && use === 'sig' && alg === 'RS256' && isForVerifying(key_ops);
};

const isForVerifying = (operations: unknown): boolean =>
  Array.isArray(operations) &&
  operations.includes('verify') &&
  operations.every(
    (name, index) => /^(?:sign|verify)$/.test(name) && operations.indexOf(name) === index,
  );

/** Odd, and without leading zeros, which would make a short modulus look long. */
const isModulus = (n: unknown): boolean => {
  if (typeof n !== 'string' || !MODULUS.test(n)) return false;
  const bytes = Buffer.from(n, 'base64url');
  return bytes[0] !== 0 && Number(bytes.at(-1)) % 2 === 1;
};

/** Odd and above 65536. With an exponent of 1, a signature is the text itself. */
const isExponent = (e: unknown): boolean => {
  if (typeof e !== 'string' || !EXPONENT.test(e)) return false;
  const value = Number.parseInt(Buffer.from(e, 'base64url').toString('hex'), 16);
  return value > 65_536 && value % 2 === 1;
};

const keySetError = (problem: string, cause?: unknown): AppError =>
  new AppError('unavailable', 'KEYS_UNAVAILABLE', `the key set ${problem}`, { cause });
