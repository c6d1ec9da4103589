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
  ])('%s is stored as %s', (text, utc) => {
    expect(z.parse(InstantUtc, text)).toBe(utc);
    expect(z.parse(InstantMs, text)).toBe(Date.parse(utc));
  });

  it.each([
    ...['', 'yesterday', '1767225600', '2026-3-1T12:00:00Z', '2026-03-01T12:00:0005'],
    ...['2026-03-01T12:00:00Z[Europe/Berlin]', 'x'.repeat(10_000), ' '.repeat(10_000)],
  ])('is not %j, and the problem shows an example', (text) => {
    expect(problemOf(text)).toBe('must be an ISO 8601 instant, such as 2026-03-01T12:00:00Z');
  });

  it.each<{ value: unknown }>([
    { value: 7 },
    { value: null },
    { value: ['2026-03-01'] },
    { value: { toString: 1 } },
    { value: { toString: null, valueOf: {} } },
  ])('is not $value, which is no text', ({ value }) => {
    const problem = 'must be an ISO 8601 instant, such as 2026-03-01T12:00:00Z';
    expect(z.safeParse(Instant, value).error?.issues[0]?.message).toBe(problem);
  });

  it.each([
    ['2026-03-01', 'it has no time and no offset, write', '2026-03-01T00:00:00Z'],
    ['2026-03-01T12:00:00', 'it has no offset, write', '2026-03-01T12:00:00Z'],
    ['2026-03-01T12:00:00.5', 'it has no offset, write', '2026-03-01T12:00:00.5Z'],
    ['2026-03-01T12:00', 'it has no seconds and no offset, write', '2026-03-01T12:00:00Z'],
    [
      '2026-03-01 12:00',
      'it has a blank instead of T, no seconds and no offset, write',
      '2026-03-01T12:00:00Z',
    ],
  ])('is not %j: %s the time in UTC or with an offset', (text, hint, utc) => {
    const local = utc.replace('Z', '+02:00');
    expect(problemOf(text)).toBe(
      `must be an ISO 8601 instant: ${hint} ${utc} for UTC or ${local} for another offset`,
    );
  });

  it.each([
    ['2026-03-01T12:00Z', 'it has no seconds, write 2026-03-01T12:00:00Z'],
    ['2026-03-01T12:00+02:00', 'it has no seconds, write 2026-03-01T12:00:00+02:00'],
    [
      '2026-03-01T12:00-0545',
      'it has no seconds and an incomplete offset, write 2026-03-01T12:00:00-05:45',
    ],
    [
      '2026-03-01T12:00:00 10:00',
      'it has a blank instead of the + of its offset, write 2026-03-01T12:00:00+10:00, in a query 2026-03-01T12:00:00%2B10:00',
    ],
    [
      '2026-11-30T10:00 10:00',
      'it has no seconds and a blank instead of the + of its offset, write 2026-11-30T10:00:00+10:00, in a query 2026-11-30T10:00:00%2B10:00',
    ],
    [
      '2026-11-30 10:00 10',
      'it has a blank instead of T, no seconds, a blank instead of the + of its offset and an incomplete offset, write 2026-11-30T10:00:00+10:00, in a query 2026-11-30T10:00:00%2B10:00',
    ],
    [
      '2026-03-01T12:00:00.123 0545',
      'it has a blank instead of the + of its offset and an incomplete offset, write 2026-03-01T12:00:00.123+05:45, in a query 2026-03-01T12:00:00.123%2B05:45',
    ],
    ['2026-03-01T12:00:00+0200', 'it has an incomplete offset, write 2026-03-01T12:00:00+02:00'],
    ['2026-03-01T12:00:00-05', 'it has an incomplete offset, write 2026-03-01T12:00:00-05:00'],
    ['2026-03-01T12:00:00+2:00', 'it has an incomplete offset, write 2026-03-01T12:00:00+02:00'],
    ['2026-03-01 12:00:00Z', 'it has a blank instead of T, write 2026-03-01T12:00:00Z'],
    ['2026-03-01 12:00:00+02:00', 'it has a blank instead of T, write 2026-03-01T12:00:00+02:00'],
    ['2026-03-01t12:00:00Z', 'it has a lower-case t, write 2026-03-01T12:00:00Z'],
    ['2026-03-01T12:00:00z', 'it has a lower-case z, write 2026-03-01T12:00:00Z'],
    [
      '2026-03-01t12:00:00.5z',
      'it has a lower-case t and a lower-case z, write 2026-03-01T12:00:00.5Z',
    ],
    [
      '2026-03-01t12:00z',
      'it has a lower-case t, no seconds and a lower-case z, write 2026-03-01T12:00:00Z',
    ],
    [
      '2026-03-01T12:00:00 +02:00',
      'it has a blank before its offset, write 2026-03-01T12:00:00+02:00',
    ],
    ['2026-03-01T12:00:00 Z', 'it has a blank before its offset, write 2026-03-01T12:00:00Z'],
    ['2026-03-01T12:00:00,5Z', 'it has a comma in its seconds, write 2026-03-01T12:00:00.5Z'],
    [' 2026-03-01T12:00:00Z', 'it has blanks around it, write 2026-03-01T12:00:00Z'],
    ['2026-03-01T12:00:00Z\n', 'it has blanks around it, write 2026-03-01T12:00:00Z'],
    ['2026-02-30T12:00:00Z', 'there is no such date, time or offset'],
    ['2026-02-30', 'there is no such date, time or offset'],
    ['2026-02-30 12:00', 'there is no such date, time or offset'],
    ['2026-03-01T24:00:00Z', 'there is no such date, time or offset'],
    ['2026-03-01T12:00:00+24:00', 'there is no such date, time or offset'],
    ['2026-03-01T12:00 24:00', 'there is no such date, time or offset'],
    ['9999-12-31T23:59:59-00:01', 'its year in UTC must be 0000 to 9999'],
    ['0000-01-01T00:00:00+00:01', 'its year in UTC must be 0000 to 9999'],
  ])('is not %j: %s', (text, hint) => {
    expect(problemOf(text)).toBe(`must be an ISO 8601 instant: ${hint}`);
  });

  it('is valid as its problem says to write it, with any combination of faults', () => {
    const written = fc
      .tuple(
        fc.constantFrom('', ' '),
        fc.constantFrom('T', 't', ' '),
        fc.constantFrom('12:00', '23:59:59', '12:00:00.5', '12:00:00,25'),
        fc.constantFrom('', 'Z', 'z', ' Z', '+02:00', ' 02:00', ' +02:00', '-0930', '+5', ' 10'),
        fc.constantFrom('', '\n'),
      )
      .map(([before, t, time, offset, after]) => `${before}2026-03-01${t}${time}${offset}${after}`)
      .filter((text) => !z.safeParse(Instant, text).success);

    fc.assert(
      fc.property(written, (text) => {
        const [, advice = ''] = /write (\S+?)(?:,| for UTC|$)/.exec(problemOf(text)) ?? [];

        expect(z.safeParse(Instant, advice).success).toBe(true);
      }),
    );
  });

  it('is stored as a text that sorts like the time, with any offset', () => {
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
