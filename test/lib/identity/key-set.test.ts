import type { CryptoKey } from 'jose';
import { describe, expect, it, vi } from 'vitest';
import { keySet } from '#lib/identity/key-set.ts';
import { AppError } from '#lib/platform/errors.ts';
import { virtualClock } from '#test/support/clock.ts';
import { identityProvider, strangersKey } from '#test/support/identity.ts';

const HOUR_MS = 3_600_000;

const setup = () => {
  const clock = virtualClock();
  const pool = identityProvider({ now: clock.now });
  const fetchKeys = vi.fn(async () => pool.jwks());
  const log = { warn: vi.fn() };
  const keys = keySet({ fetchKeys, ttlMs: 24 * HOUR_MS, clock, log });
  return { clock, pool, fetchKeys, log, keys };
};

const down = () => Promise.reject(new AppError('unavailable', 'KEYS_UNAVAILABLE', 'down'));

describe('keySet', () => {
  it('fetches once for all concurrent callers, and not again for 24 hours', async () => {
    const { clock, keys, fetchKeys } = setup();

    const found = await Promise.all(Array.from({ length: 50 }, () => keys.find('key-0')));
    await clock.advance(24 * HOUR_MS - 1);
    await keys.find('key-0');

    expect(found.every((key) => typeof key === 'object' && key.type === 'public')).toBe(true);
    expect(fetchKeys).toHaveBeenCalledOnce();
  });

  it('fetches again after 24 hours, so that a removed key is refused', async () => {
    const { clock, pool, keys } = setup();
    await keys.find('key-0');
    pool.publish(pool.rotate());

    expect(await keys.find('key-0')).toBeDefined();
    await clock.advance(24 * HOUR_MS);

    expect(await keys.find('key-0')).toBe('none');
  });

  it.each([
    { kid: 'key-1', said: 'not-fetched' },
    { kid: 'KEY-0', said: 'not-fetched' },
    { kid: 'key-10', said: 'none' },
    { kid: 'key\n0', said: 'none' },
    { kid: '', said: 'none' },
  ])('returns $said for the kid $kid while no fetch is possible', async ({ kid, said }) => {
    const { clock, keys, fetchKeys } = setup();
    await keys.find('key-0');

    expect(await keys.find(kid)).toBe(said);
    await clock.advance(HOUR_MS);
    fetchKeys.mockImplementation(down);
    expect(await keys.find(kid)).toBe(said);
  });

  it('returns not-fetched for a kid that has the form of one of several keys', async () => {
    const { pool, keys } = setup();
    pool.publish(pool.key(), strangersKey('another-key'));
    await keys.find('key-0');

    expect(await keys.find('key-1')).toBe('not-fetched');
    expect(await keys.find('another-kid')).toBe('not-fetched');
    expect(await keys.find('key-10')).toBe('none');
  });

  it.each(['key-1', 'key-10'])('returns none for the kid %s after a fetch', async (kid) => {
    const { clock, keys } = setup();
    await keys.find('key-0');
    await clock.advance(HOUR_MS);

    expect(await keys.find(kid)).toBe('none');
  });

  it.each([
    { atMs: 9_999, fetches: 2 },
    { atMs: 10_000, fetches: 3 },
  ])('has fetched $fetches times $atMs ms after an unknown kid', async ({ atMs, fetches }) => {
    const { clock, keys, fetchKeys } = setup();
    await keys.find('key-0');
    await clock.advance(HOUR_MS);

    await keys.find('unknown');
    await clock.advance(atMs);
    await keys.find('unknown');

    expect(fetchKeys).toHaveBeenCalledTimes(fetches);
  });

  it('returns cached keys while fetches fail, with one try in ten seconds (F59)', async () => {
    const { clock, keys, fetchKeys, log } = setup();
    await keys.find('key-0');
    fetchKeys.mockImplementation(down);
    await clock.advance(30 * HOUR_MS);

    for (let second = 0; second < 60; second += 1) {
      expect(await keys.find('key-0')).toBeDefined();
      await clock.advance(1_000);
    }

    expect(fetchKeys).toHaveBeenCalledTimes(1 + 6);
    expect(log.warn).toHaveBeenCalledTimes(6);
  });

  it('fails as unavailable without any key, and tries again after one second', async () => {
    const { clock, keys, fetchKeys } = setup();
    fetchKeys.mockImplementationOnce(down);

    await expect(keys.find('key-0')).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'KEYS_UNAVAILABLE',
    });
    await expect(keys.find('key-0')).rejects.toThrow('no key');
    expect(fetchKeys).toHaveBeenCalledOnce();
    await clock.advance(1_000);

    expect(await keys.find('key-0')).toBeDefined();
  });

  it('does not delay a call for a known key while it fetches for an unknown one', async () => {
    const { clock, keys, fetchKeys } = setup();
    await keys.find('key-0');
    await clock.advance(HOUR_MS);
    fetchKeys.mockImplementationOnce(() => new Promise(() => {}));
    void keys.find('unknown');

    expect(await keys.find('key-0')).toBeDefined();
  });

  it.each([
    ['no JSON', '<html>'],
    ['null', 'null'],
    ['no list', '{"keys":{}}'],
    ['an empty list', '{"keys":[]}'],
    ['without a usable key', '{"keys":[null,7,"key-0",{"kid":"key-0"}]}'],
    ['a broken key', '{"keys":[{"kid":"key-0","kty":"RSA","n":"?","e":"AQAB"}]}'],
  ])('keeps the cached keys when the set is %s', async (_, text) => {
    const { clock, keys, fetchKeys, log } = setup();
    await keys.find('key-0');
    fetchKeys.mockResolvedValue(text);
    await clock.advance(25 * HOUR_MS);

    expect(await keys.find('key-0')).toBeDefined();
    expect(log.warn).toHaveBeenCalledOnce();
    expect(log.warn).toHaveBeenCalledWith(
      expect.objectContaining({
        keys: 1,
        err: expect.objectContaining({ kind: 'unavailable', code: 'KEYS_UNAVAILABLE' }),
      }),
      'key set not refreshed',
    );
  });

  it.each<[string, Record<string, unknown>]>([
    ['for encryption', { use: 'enc' }],
    ['for a use in upper case', { use: 'SIG' }],
    ['for uses in a list', { use: ['sig'] }],
    ['for no use', { use: '' }],
    ['for a use that is null', { use: null }],
    ['for encrypting', { key_ops: ['encrypt'] }],
    ['for wrapping, although their use is signatures', { use: 'sig', key_ops: ['wrapKey'] }],
    ['for signing only', { key_ops: ['sign'] }],
    ['for nothing', { key_ops: [] }],
    ['for verifying and encrypting', { key_ops: ['verify', 'encrypt'] }],
    ['for verifying twice', { key_ops: ['verify', 'verify'] }],
    ['for an operation that is a text', { key_ops: 'verify' }],
    ['for an operation in a list in a list', { key_ops: [['verify']] }],
    ['for operations that are null', { key_ops: null }],
    ['for verifying, although their use is encryption', { use: 'enc', key_ops: ['verify'] }],
    ['for another algorithm', { alg: 'RS512' }],
    ['for a weaker algorithm', { alg: 'RS1' }],
    ['for an algorithm of encryption', { alg: 'RSA-OAEP-256' }],
    ['for no algorithm', { alg: 'none' }],
    ['for algorithms in a list', { alg: ['RS256'] }],
    ['for an algorithm that is null', { alg: null }],
    ['that are symmetric', { kty: 'oct', k: 'c2VjcmV0' }],
    ['on a curve', { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' }],
    ['of a type in lower case', { kty: 'rsa' }],
    ['of types in a list', { kty: ['RSA'] }],
    ['of no type', { kty: undefined }],
    ['without a name', { kid: undefined }],
    ['with an empty name', { kid: '' }],
    ['that are private', { d: 'AQAB' }],
    ['whose exponent is 1', { e: 'AQ' }],
    ['whose exponent is 1 with leading zeros', { e: 'AAAAAQ' }],
    ['whose exponent is 3', { e: 'Aw' }],
    ['whose exponent is even', { e: 'AQAC' }],
    ['whose exponent is huge', { e: 'AQABAQABAQAB' }],
    ['without an exponent', { e: undefined }],
    ['whose exponent is a list', { e: ['AQAB'] }],
    ['whose modulus is short', { n: `${'A'.repeat(3)}_` }],
    ['whose modulus has leading zeros', { n: `${'A'.repeat(300)}${'_'.repeat(42)}` }],
    ['whose modulus is even', { n: `${'_'.repeat(341)}g` }],
    ['whose modulus is a number', { n: 7 }],
    ['whose modulus is huge', { n: '_'.repeat(2_000) }],
  ])('ignores keys %s', async (_, change) => {
    const { pool, keys, fetchKeys } = setup();
    const [jwk] = (JSON.parse(pool.jwks()) as { keys: object[] }).keys;
    fetchKeys.mockResolvedValue(JSON.stringify({ keys: [{ ...jwk, kid: 'odd', ...change }, jwk] }));

    expect(await keys.find('key-0')).toBeTypeOf('object');
    expect(await keys.find('odd')).toBe('none');
    expect(keys.names()).toEqual(['key-0']);
  });

  it.each<[string, Record<string, unknown>]>([
    ['no properties about their use', { use: undefined, alg: undefined, key_ops: undefined }],
    ['the operation verify', { use: undefined, key_ops: ['verify'] }],
    ['the operations sign and verify', { key_ops: ['sign', 'verify'] }],
    ['a certificate', { x5c: ['MIIB'], x5t: 'AA' }],
    ['unknown properties', { colour: 'red' }],
  ])('uses keys with %s', async (_, change) => {
    const { pool, keys, fetchKeys } = setup();
    const [jwk] = (JSON.parse(pool.jwks()) as { keys: object[] }).keys;
    fetchKeys.mockResolvedValue(JSON.stringify({ keys: [{ ...jwk, ...change }] }));

    const key = await keys.find('key-0');

    expect(await verifies(key as CryptoKey, pool.token())).toBe(true);
  });

  it('finds a key among more unusable keys than it would import', async () => {
    const { pool, keys, fetchKeys } = setup();
    const [jwk] = (JSON.parse(pool.jwks()) as { keys: object[] }).keys;
    const hostile = Array.from({ length: 100 }, (_, n) => ({ ...jwk, kid: `k${n}`, use: 'enc' }));
    fetchKeys.mockResolvedValue(JSON.stringify({ keys: [...hostile, null, 'x', [], jwk] }));

    expect(await keys.find('key-0')).toBeTypeOf('object');
    expect(keys.names()).toEqual(['key-0']);
  });

  it('uses the first of two keys with the same kid', async () => {
    const { pool, keys } = setup();
    pool.publish(pool.key(), strangersKey('key-0'));

    const key = await keys.find('key-0');

    expect(await verifies(key as CryptoKey, pool.token())).toBe(true);
  });

  it.each(['__proto__', 'constructor', 'KEY-0', ' key-0'])('has no key %j', async (kid) => {
    expect(await setup().keys.find(kid)).toBe('none');
  });
});

const verifies = (key: CryptoKey, token: string): Promise<boolean> => {
  const [header, claims, signature = ''] = token.split('.');
  const signed = Buffer.from(`${header}.${claims}`);
  return crypto.subtle.verify(
    'RSASSA-PKCS1-v1_5',
    key,
    Buffer.from(signature, 'base64url'),
    signed,
  );
};
