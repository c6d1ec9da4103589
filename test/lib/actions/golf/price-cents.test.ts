import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { priceCents } from '#lib/actions/golf/price-cents.ts';
import { dollarsText } from '#lib/platform/dollars-text.ts';

describe('a price', () => {
  it.each<[unknown, number]>([
    [45.5, 4_550],
    ['45.50', 4_550],
    ['45.5', 4_550],
    [' 45.50 ', 4_550],
    [47.97, 4_797],
    [0.1 + 0.2, 30],
    [1.005, 101],
    ['1.004999', 100],
    ['19.999', 2_000],
    [4.35, 435],
    [8.41, 841],
    [0, 0],
    ['0.00', 0],
    [999_999.99, 99_999_999],
  ])('of %j dollars is %i cents', (dollars, cents) => {
    expect(priceCents(dollars)).toBe(cents);
  });

  it.each([
    ...[null, undefined, '', ' ', '.', '5.', '.5', '-1', -1, '+1', '1e3', 1e21, 1e-7, '1,000.00'],
    ...['$5', '5 USD', '0x10', '٣', 'NaN', Number.NaN, Number.POSITIVE_INFINITY, {}, [], [5], true],
    ...['1.5\u0000', '1\n2', '1234567', 1_000_000, `1.${'0'.repeat(21)}`],
  ])('cannot be %j', (dollars) => {
    expect(priceCents(dollars)).toBeUndefined();
  });

  it('is the same as a number, as a text, and with zeros at its end', () => {
    fc.assert(
      fc.property(fc.nat(99_999_999), fc.nat(10), (cents, zeros) => {
        const text = `${Math.floor(cents / 100)}.${`${cents % 100}`.padStart(2, '0')}`;

        expect(priceCents(text + '0'.repeat(zeros))).toBe(cents);
        expect(priceCents(Number(text))).toBe(cents);
        expect(dollarsText(cents)).toBe(`$${text}`);
      }),
    );
  });
});
