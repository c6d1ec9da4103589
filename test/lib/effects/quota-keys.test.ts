import { describe, expect, it } from 'vitest';
import { countedQuotas, isoWeek } from '#lib/effects/quota-keys.ts';

describe('isoWeek', () => {
  it.each([
    ['2026-12-05', '2026-W49'],
    ['2026-01-01', '2026-W01'],
    ['2027-01-01', '2026-W53'],
    ['2025-12-29', '2026-W01'],
    ['2024-12-30', '2025-W01'],
    ['2023-01-01', '2022-W52'],
    ['2026-03-29', '2026-W13'],
    ['2026-03-30', '2026-W14'],
  ])('puts %s into %s', (date, week) => {
    expect(isoWeek(date)).toBe(week);
  });
});

describe('countedQuotas', () => {
  const quota = { owner: '42', date: '2026-12-05' };

  it('counts the day and the week of the effect for its owner', () => {
    expect(countedQuotas('book_tee_time', quota, { perDay: 1, perWeek: 3 })).toEqual([
      { key: 'quota_book_tee_time_42_2026-12-05', limit: 1 },
      { key: 'quota_book_tee_time_42_2026-W49', limit: 3 },
    ]);
  });

  it('counts nothing for an operation without limits or an effect without owner', () => {
    expect(countedQuotas('cancel', quota, {})).toEqual([]);
    expect(countedQuotas('book_tee_time', undefined, { perDay: 1, perWeek: 3 })).toEqual([]);
  });
});
