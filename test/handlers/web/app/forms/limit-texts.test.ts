import { describe, expect, it } from 'vitest';
import { limitTexts, patternText } from '#handlers/web/app/forms/limit-texts.ts';

describe('patternText', () => {
  it.each([
    ['^[\\w-]{1,64}$', '1 to 64 of letters, digits, “_”, “-”'],
    ['^[A-Z]{3}$', '3 of capital letters'],
    ['^[a-z0-9]+$', 'only lower-case letters, digits'],
    ['^[^,]*$', 'no comma'],
    ['^\\d{2,}$', undefined],
    ['^[0-9]{2,}$', 'at least 2 of digits'],
    ['^(a|b)$', undefined],
    ['^[ -~]{1,128}$', undefined],
  ])('says %s as “%s”', (pattern, words) => {
    expect(patternText(pattern)).toBe(words);
  });
});

describe('limitTexts', () => {
  it.each([
    [{ minimum: 1, maximum: 7 }, ['1 to 7']],
    [{ type: 'integer' }, ['a whole number']],
    [{ minItems: 1 }, ['at least 1 entries']],
    [{ minLength: 0 }, []],
    [{ minLength: 4, maxLength: 4 }, ['4 characters']],
    [{ maximum: 2_592_000, default: 3_600 }, ['at most 2,592,000', 'default: 3600']],
  ])('says %o as %o', (schema, words) => {
    expect(limitTexts({ ...schema, patterns: [] })).toEqual(words);
  });

  it('leaves the pattern of a date out', () => {
    expect(limitTexts({ format: 'date', patterns: ['^\\d+$'] })).toEqual([]);
  });
});
