import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { Instant, InstantMs, InstantUtc } from '#lib/platform/instant.ts';

const problemOf = (text: string) => z.safeParse(Instant, text).error?.issues[0]?.message ?? '';

describe('an instant', () => {
  it.each([
    ['2026-03-01T12:00:00Z', '2026-03-01T12:00:00.000Z'],
    ['2026-03-01T12:00:00.123456789Z', '2026-03-01T12:00:00.123Z'],
    ['2026-03-01T12:00:00+05:45', '2026-03-01T06:15:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('%s is kept as %s', (text, utc) => {
    expect(z.parse(InstantUtc, text)).toBe(utc);
    expect(z.parse(InstantMs, text)).toBe(Date.parse(utc));
  });

  it.each(['', 'yesterday', '1767225600', '2026-3-1T12:00:00Z', 'x'.repeat(10_000)])(
    'is not %j, and the problem shows an example',
    (text) => {
      expect(problemOf(text)).toBe('must be an ISO 8601 instant, such as 2026-03-01T12:00:00Z');
    },
  );

  it.each([
    ['2026-03-01', 'it has no time and no offset, write 2026-03-01T00:00:00Z'],
    [
      '2026-03-01T12:00:00',
      'it has no offset, write 2026-03-01T12:00:00Z for UTC or 2026-03-01T12:00:00+02:00',
    ],
    [
      '2026-03-01T12:00:00.5',
      'it has no offset, write 2026-03-01T12:00:00.5Z for UTC or 2026-03-01T12:00:00.5+02:00',
    ],
    [
      '2026-03-01T12:00',
      'it has no offset, write 2026-03-01T12:00:00Z for UTC or 2026-03-01T12:00:00+02:00',
    ],
    ['2026-03-01T12:00Z', 'it has no seconds, write 2026-03-01T12:00:00Z'],
    ['2026-03-01T12:00+02:00', 'it has no seconds, write 2026-03-01T12:00:00+02:00'],
    [
      '2026-03-01T12:00:00 10:00',
      'it has a blank instead of the + of its offset, write 2026-03-01T12:00:00+10:00, in a query 2026-03-01T12:00:00%2B10:00',
    ],
    [
      '2026-03-01T12:00:00.123 0545',
      'it has a blank instead of the + of its offset, write 2026-03-01T12:00:00.123+05:45, in a query 2026-03-01T12:00:00.123%2B05:45',
    ],
    ['2026-03-01T12:00:00+0200', 'its offset is incomplete, write 2026-03-01T12:00:00+02:00'],
    ['2026-03-01T12:00:00-05', 'its offset is incomplete, write 2026-03-01T12:00:00-05:00'],
    ['2026-03-01 12:00:00Z', 'write 2026-03-01T12:00:00Z'],
    ['2026-03-01t12:00:00z', 'write 2026-03-01T12:00:00Z'],
    ['2026-03-01 12:00:00+02:00', 'write 2026-03-01T12:00:00+02:00'],
    ['2026-02-30T12:00:00Z', 'there is no such date, time or offset'],
    ['2026-03-01T24:00:00Z', 'there is no such date, time or offset'],
    ['2026-03-01T12:00:00+24:00', 'there is no such date, time or offset'],
    ['9999-12-31T23:59:59-00:01', 'its year in UTC must be 0000 to 9999'],
    ['0000-01-01T00:00:00+00:01', 'its year in UTC must be 0000 to 9999'],
  ])('is not %j: %s', (text, hint) => {
    expect(problemOf(text)).toBe(`must be an ISO 8601 instant: ${hint}`);
  });

  it.each([
    ...[
      '2026-03-01',
      '2026-03-01T12:00:00',
      '2026-03-01T12:00',
      '2026-03-01T12:00+02:00',
      '2026-03-01 12:00:00Z',
    ],
    ...['2026-03-01T12:00:00 10:00', '2026-03-01T12:00:00+0200', '2026-03-01T12:00:00-05'],
  ])('is what the problem of %j says to write', (text) => {
    const [, advice = ''] = /write (\S+?)(?:,| for UTC|$)/.exec(problemOf(text)) ?? [];

    expect(z.safeParse(Instant, advice).success).toBe(true);
  });

  it('is kept in an order that texts have, too, whatever its zone', () => {
    const two = (n: number) => String(Math.floor(n)).padStart(2, '0');
    const zone = fc
      .integer({ min: -23 * 60, max: 23 * 60 })
      .map((min) => `${min < 0 ? '-' : '+'}${two(Math.abs(min) / 60)}:${two(Math.abs(min) % 60)}`);
    const edges = ['0000-01-01T00:00:00', '2026-03-01T12:00:00', '9999-12-31T23:59:59'];
    const written = fc
      .tuple(fc.constantFrom(...edges), zone)
      .map((parts) => parts.join(''))
      .filter((text) => z.safeParse(Instant, text).success);

    fc.assert(
      fc.property(written, written, (one, other) => {
        const [first, second] = [one, other].map((text) => z.parse(InstantUtc, text));
        const [firstMs, secondMs] = [one, other].map((text) => z.parse(InstantMs, text));
        expect(String(first) < String(second)).toBe(Number(firstMs) < Number(secondMs));
      }),
    );
  });
});
