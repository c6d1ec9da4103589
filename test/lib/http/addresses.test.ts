import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { isPublicAddress, onlyPublic } from '#lib/http/addresses.ts';
import { HOSTILE_ADDRESSES, PUBLIC_V4, PUBLIC_V6 } from './hostile-addresses.ts';

describe('isPublicAddress', () => {
  it('does not call a special address public, in any of its forms (F57)', () => {
    expect(HOSTILE_ADDRESSES.filter(isPublicAddress)).toEqual([]);
  });

  it.each([...PUBLIC_V4, ...PUBLIC_V6])('calls %s public', (ip) => {
    expect(isPublicAddress(ip)).toBe(true);
  });

  it.each([
    '',
    'localhost',
    'service.example',
    '1.1.1.1.',
    '1.1.1',
    '01.1.1.1',
    '0x1.1.1.1',
    '16843009',
    ' 1.1.1.1',
    '1.1.1.1:80',
    '[2606:4700:4700::1111]',
    '2606:4700:4700::1111%eth0',
    'fe80::1%1',
    '2606:4700:4700:::1111',
  ])('does not call %j public, which is not a plain address', (ip) => {
    expect(isPublicAddress(ip)).toBe(false);
  });

  it('calls no IPv6 address public outside 2000::/3', () => {
    const outside = fc.tuple(
      fc.integer({ min: 0, max: 0xffff }).filter((group) => group >> 13 !== 1),
      fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 7, maxLength: 7 }),
    );
    fc.assert(
      fc.property(outside, ([first, rest]) => {
        const ip = [first, ...rest].map((group) => group.toString(16)).join(':');
        expect(isPublicAddress(ip)).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('onlyPublic', () => {
  const GOOD: LookupAddress = { address: '1.1.1.1', family: 4 };
  const GOOD_V6: LookupAddress = { address: '2606:4700:4700::1111', family: 6 };
  const BAD: LookupAddress = { address: '127.0.0.1', family: 4 };

  const ask = (lookup: LookupFunction, options: { all?: boolean }) =>
    new Promise((resolve, reject) => {
      onlyPublic(lookup)('service.example', options, (error, address, family) => {
        if (error) reject(error);
        else resolve(options.all ? address : { address, family });
      });
    });

  const answering =
    (...addresses: LookupAddress[]): LookupFunction =>
    (_, __, callback) =>
      callback(null, addresses);

  it('looks up all addresses, even when one is requested', async () => {
    const lookup = vi.fn(answering(GOOD));

    await ask(lookup, {});

    expect(lookup.mock.calls[0]?.[1]).toMatchObject({ all: true });
  });

  it('returns all addresses when all are requested', async () => {
    expect(await ask(answering(GOOD, GOOD_V6), { all: true })).toEqual([GOOD, GOOD_V6]);
  });

  it('returns the first address when one is requested', async () => {
    expect(await ask(answering(GOOD_V6, GOOD), {})).toEqual(GOOD_V6);
  });

  it.each([
    { what: 'no other address', answer: [BAD] },
    { what: 'a public one before it', answer: [GOOD, BAD] },
    { what: 'a public one after it', answer: [BAD, GOOD] },
    { what: 'public ones of another family around it', answer: [GOOD_V6, BAD, GOOD_V6] },
  ])(
    'refuses an address that is not public with $what, when one or all are requested',
    async ({ answer }) => {
      const refused = { kind: 'unavailable', code: 'ADDRESS_NOT_PUBLIC', retryable: false };

      await expect(ask(answering(...answer), { all: true })).rejects.toMatchObject(refused);
      await expect(ask(answering(...answer), {})).rejects.toMatchObject(refused);
    },
  );

  it('refuses an empty result', async () => {
    await expect(ask(answering(), {})).rejects.toMatchObject({ code: 'ADDRESS_NOT_PUBLIC' });
  });

  it('refuses a result that is not a list', async () => {
    const single: LookupFunction = (_, __, callback) => callback(null, '1.1.1.1', 4);

    await expect(ask(single, {})).rejects.toMatchObject({ code: 'ADDRESS_NOT_PUBLIC' });
  });

  it('passes on the error of a failed lookup', async () => {
    const error = new Error('getaddrinfo ENOTFOUND');

    await expect(ask((_, __, callback) => callback(error, []), {})).rejects.toBe(error);
  });
});
