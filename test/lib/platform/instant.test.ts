import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { Instant, InstantMs, InstantUtc } from '#lib/platform/instant.ts';

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

  it.each([
    ...['', 'yesterday', '2026-03-01', '2026-03-01T12:00:00', '2026-03-01T12:00Z'],
    ...['2026-02-30T12:00:00Z', '2026-03-01T24:00:00Z', '2026-03-01T12:00:00+24:00'],
    ...['9999-12-31T23:59:59-00:01', '0000-01-01T00:00:00+00:01', '+010000-01-01T00:00:00Z'],
  ])('is not %j', (text) => {
    expect(z.safeParse(Instant, text).error?.issues[0]?.message).toBe(
      'must be an ISO 8601 instant',
    );
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
