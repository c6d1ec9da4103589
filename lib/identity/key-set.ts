import type { CryptoKey } from 'jose';
import { type Clock, HOUR_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { Logger } from '#lib/platform/logger.ts';
import type { FetchKeys } from './fetch-keys.ts';

/** The public keys of the user pool, by name. */
export interface KeySet {
  /**
   * The key of exactly that name. `none` when the pool has no such key. `unasked` when it may have one by now, because
   * the name looks like those of its keys and it cannot be asked at this moment.
   * @throws AppError `unavailable` / `KEYS_UNAVAILABLE` while no key was ever fetched
   */
  find: (kid: string) => Promise<CryptoKey | 'none' | 'unasked'>;
  /** Fetch now; answers whether that went well. Never rejects: what fails is logged, and the keys stay what they were. */
  refresh: () => Promise<boolean>;
  /** What the keys at hand are called. */
  names: () => string[];
}

export interface KeySetOptions {
  fetchKeys: FetchKeys;
  clock: Clock;
  log: Pick<Logger, 'warn'>;
}

/** How long keys are believed without asking again; a key that is withdrawn is refused after that at the latest. */
const FRESH_MS = 24 * HOUR_MS;

/** From one fetch to the next, whatever asks for it: invented names of keys must not become requests. */
const PAUSE_MS = 10 * SECOND_MS;

/** The same while there are no keys at all and nobody can be let in. */
const PAUSE_WITHOUT_KEYS_MS = SECOND_MS;

const MAX_KEYS = 32;

/**
 * Keys are fetched once for everybody who waits. A name that is unknown asks for them again, at most every 10 seconds;
 * whoever presents a known one does not wait for that. Keys that cannot be fetched again serve on.
 * Source: RFC 7517 for the form of the set.
 */
export const keySet = ({ fetchKeys, clock, log }: KeySetOptions): KeySet => {
  let keys: ReadonlyMap<string, CryptoKey> = new Map();
  let staleMs = Number.NEGATIVE_INFINITY;
  let startedMs = Number.NEGATIVE_INFINITY;
  let running: Promise<boolean> | undefined;

  const load = async () => {
    startedMs = clock.now();
    try {
      keys = await importKeys(await fetchKeys());
      staleMs = startedMs + FRESH_MS;
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
    let isAsked = false;
    if (!keys.has(kid) || nowMs >= staleMs) {
      const pauseMs = keys.size > 0 ? PAUSE_MS : PAUSE_WITHOUT_KEYS_MS;
      if (running !== undefined || nowMs >= startedMs + pauseMs) isAsked = await refresh();
    }
    if (keys.size === 0) {
      throw new AppError('unavailable', 'KEYS_UNAVAILABLE', 'there is no key to verify with');
    }
    return keys.get(kid) ?? (isAsked || !looksLikeOne(kid, keys) ? 'none' : 'unasked');
  };

  return { find, refresh, names: () => [...keys.keys()] };
};

const NAME = /^[\w+/=-]+$/;

/** Whether a key of the pool might be called so: base64 of a digest, always of one length. */
const looksLikeOne = (kid: string, keys: ReadonlyMap<string, unknown>): boolean =>
  NAME.test(kid) && [...keys.keys()].some(({ length }) => length === kid.length);

const importKeys = async (text: string): Promise<Map<string, CryptoKey>> => {
  const keys = new Map<string, CryptoKey>();
  for (const jwk of listed(text).filter(isUsable).slice(0, MAX_KEYS)) {
    const { kid, kty, n, e } = jwk;
    // A name that comes twice names nothing for certain; the first one stands.
    if (keys.has(kid)) continue;
    const key = await crypto.subtle
      .importKey('jwk', { kty, n, e }, RS256, false, ['verify'])
      .catch(() => undefined);
    if (key !== undefined) keys.set(kid, key);
  }
  if (keys.size === 0) throw unreadable('holds no key for RS256');
  return keys;
};

const RS256 = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };

const listed = (text: string): unknown[] => {
  let set: { keys?: unknown } | null;
  try {
    set = JSON.parse(text) as typeof set;
  } catch (cause) {
    throw unreadable('is no JSON', cause);
  }
  if (!Array.isArray(set?.keys)) throw unreadable('is no list of keys');
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
 * Whether a key of the set verifies RS256 and nothing else is said of it. Others may stand in the set and are passed
 * over: keys for another use, operation, type or algorithm, private ones, and public ones that no RSA key can be.
 * Source: RFC 7517, sections 4.1 to 4.4; FIPS 186-5, section A.1.1, for the exponent.
 */
const isUsable = (jwk: unknown): jwk is UsableKey => {
  const { kty, kid, n, e, d, ...said } = (jwk ?? {}) as Record<string, unknown>;
  const { use = 'sig', alg = 'RS256', key_ops = ['verify'] } = said;
  const isNamed = typeof kid === 'string' && kid !== '';
  const isRsa = kty === 'RSA' && d === undefined && isModulus(n) && isExponent(e);
  return isNamed && isRsa && use === 'sig' && alg === 'RS256' && isForVerifying(key_ops);
};

const isForVerifying = (operations: unknown): boolean =>
  Array.isArray(operations) &&
  operations.includes('verify') &&
  operations.every((one, at) => /^(?:sign|verify)$/.test(one) && operations.indexOf(one) === at);

/** Odd, and without zeros in front that would make it look longer than it is. */
const isModulus = (n: unknown): boolean => {
  if (typeof n !== 'string' || !MODULUS.test(n)) return false;
  const bytes = Buffer.from(n, 'base64url');
  return bytes[0] !== 0 && Number(bytes.at(-1)) % 2 === 1;
};

/** Odd and above 65536: with 1, everybody could sign. */
const isExponent = (e: unknown): boolean => {
  if (typeof e !== 'string' || !EXPONENT.test(e)) return false;
  const value = Number.parseInt(Buffer.from(e, 'base64url').toString('hex'), 16);
  return value > 65_536 && value % 2 === 1;
};

const unreadable = (problem: string, cause?: unknown): AppError =>
  new AppError('unavailable', 'KEYS_UNAVAILABLE', `the key set ${problem}`, { cause });
