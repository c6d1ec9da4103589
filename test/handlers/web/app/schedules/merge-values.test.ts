import { expect, test } from 'vitest';
import { mergeValues } from '#handlers/web/app/schedules/merge-values.ts';

const BASE = { name: 'tea', zone: 'UTC', days: ['MON'], note: '' };

test('takes what only the other person changed', () => {
  const merged = mergeValues(BASE, { ...BASE, note: 'mine' }, { ...BASE, zone: 'Asia/Tokyo' });

  expect(merged).toEqual({
    values: { ...BASE, note: 'mine', zone: 'Asia/Tokyo' },
    conflicts: [],
  });
});

test('keeps the input of the viewer where both changed, and names it', () => {
  const merged = mergeValues(
    BASE,
    { ...BASE, days: ['TUE'], name: 'coffee' },
    { ...BASE, days: ['WED'], name: 'coffee' },
  );

  expect(merged).toEqual({
    values: { ...BASE, days: ['TUE'], name: 'coffee' },
    conflicts: ['days'],
  });
});
