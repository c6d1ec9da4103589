import { expect, it } from 'vitest';
import { MAX_PICTURE_BYTES, PICTURES, requireSmall } from '#scripts/screenshots/pictures.ts';

it('pictures have different names', () => {
  const names = PICTURES.map(({ name }) => name);

  expect(new Set(names).size).toBe(names.length);
});

it('pictures show both themes and a phone', () => {
  expect(new Set(PICTURES.map(({ theme }) => theme))).toEqual(new Set(['light', 'dark']));
  expect(PICTURES.map(({ screen }) => screen)).toContain('phone');
});

it('a picture of 149,999 bytes is small enough', () => {
  expect(() => requireSmall(new Map([['run', MAX_PICTURE_BYTES - 1]]))).not.toThrow();
});

it('every picture of 150,000 bytes or more is named', () => {
  const sizes = new Map([
    ['run', 150_000],
    ['phone', 1_000],
    ['flags', 200_000],
  ]);

  expect(() => requireSmall(sizes)).toThrow(/: run has 150000 bytes, flags has 200000 bytes\./);
});
