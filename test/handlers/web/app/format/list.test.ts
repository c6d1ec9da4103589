import { expect, it } from 'vitest';
import { listText } from '#handlers/web/app/format/list.ts';

it.each([
  { items: [], expected: '' },
  { items: ['a'], expected: 'a' },
  { items: ['a', 'b'], expected: 'a and b' },
  { items: ['a', 'b', 'c'], expected: 'a, b and c' },
  { items: ['a', 'b', 'c', 'd'], expected: 'a, b, c and 1 more' },
])('lists $items as “$expected”', ({ items, expected }) => {
  expect(listText(items)).toBe(expected);
});
