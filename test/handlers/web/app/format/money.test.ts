import { describe, expect, it } from 'vitest';
import { moneyText } from '#handlers/web/app/format/money.ts';

describe('moneyText', () => {
  it.each([
    [0, '$0.00'],
    [5, '$0.05'],
    [123_450, '$1,234.50'],
  ])('shows %i cents as %s', (cents, text) => {
    expect(moneyText(cents)).toBe(text);
  });
});
