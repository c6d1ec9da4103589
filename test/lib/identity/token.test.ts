import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readToken } from '#lib/identity/token.ts';
import { encoded } from '#test/support/identity.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const HEADER = { alg: 'RS256', kid: 'key-0' };
const SIGNATURE = 'c2lnbmF0dXJl';

const tokenOf = (claims: string, signature = SIGNATURE) =>
  `${encoded(HEADER)}.${encoded(claims)}.${signature}`;

describe('readToken', () => {
  it('reads the same claims as JSON.parse, with any names and values', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.boolean(), (claims, isSpaced) => {
        const text = JSON.stringify(claims, null, isSpaced ? 2 : 0);

        expect(readToken(tokenOf(text))).toEqual({ kid: 'key-0', claims: JSON.parse(text) });
      }),
    );
  });

  it('refuses claims with a duplicate name at any position', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }),
        fc.nat(),
        fc.boolean(),
        (claims, at, isLast) => {
          const names = Object.keys(claims);
          const again = `${JSON.stringify(names[at % names.length])}:0`;
          const inside = JSON.stringify(claims).slice(1, -1);
          const text = isLast ? `{${inside},${again}}` : `{${again},${inside}}`;

          expect(readToken(tokenOf(text))).toBe('claims');
        },
      ),
    );
  });

  it('accepts the same name in another object', () => {
    const text = '{"a":{"a":1,"b":[{"a":"\\"b\\":"}]},"b":"}\\\\"}';

    expect(readToken(tokenOf(text))).toMatchObject({ claims: JSON.parse(text) });
  });

  it('accepts only the canonical base64url of the same bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 12 }), fc.nat(63), (bytes, index) => {
        const written = Buffer.from(bytes).toString('base64url');
        const other = `${written.slice(0, -1)}${ALPHABET[index]}`;
        const isWritten = Buffer.from(other, 'base64url').toString('base64url') === other;

        expect(typeof readToken(tokenOf('{}', written))).toBe('object');
        expect(readToken(tokenOf('{}', other)) === 'claims').toBe(!isWritten);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['are not UTF-8', Buffer.from([...Buffer.from('{"a":"'), 0xff, ...Buffer.from('"}')])],
    ['begin with a byte order mark', Buffer.from('\ufeff{}')],
    ['are a list', Buffer.from('[]')],
    ['are null', Buffer.from('null')],
    ['are a text', Buffer.from('"{}"')],
  ])('refuses claims that %s', (_, bytes) => {
    expect(readToken(`${encoded(HEADER)}.${bytes.toString('base64url')}.${SIGNATURE}`)).toBe(
      'claims',
    );
  });

  it.each([
    { header: { typ: 'JWT' }, result: 'object' },
    { header: { typ: 'at+jwt', x5t: 'lbgZkPgyYGSPZUZ28nBZUqJYb1w' }, result: 'object' },
    { header: { kid: 7 }, result: 'header' },
    { header: { jku: 'https://keys.example' }, result: 'header' },
    { header: { typ: 'JWT', crit: ['exp'] }, result: 'header' },
    { header: { alg: 'none' }, result: 'algorithm' },
  ])('reads a header with $header: $result', ({ header, result }) => {
    const read = readToken(`${encoded({ ...HEADER, ...header })}.${encoded('{}')}.${SIGNATURE}`);

    expect(typeof read === 'object' ? 'object' : read).toBe(result);
  });

  it.each([1, 5, 9])('refuses %i letters, which no bytes are encoded to', (length) => {
    expect(readToken(tokenOf('{}', 'A'.repeat(length)))).toBe('claims');
  });
});
