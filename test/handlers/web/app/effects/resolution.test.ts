import { describe, expect, it } from 'vitest';
import { allowedText, EFFECT_WORDS } from '#handlers/web/app/effects/effect-words.ts';
import { resolutionsOf } from '#handlers/web/app/effects/resolution.ts';
import { EFFECT_STATUSES } from '#lib/effects/effect-schema.ts';

describe('what a person can say about an effect', () => {
  it('depends on its status', () => {
    const outcomes = EFFECT_STATUSES.map((status) => [
      status,
      resolutionsOf(status).map(({ outcome }) => outcome),
    ]);

    expect(Object.fromEntries(outcomes)).toEqual({
      planned: [],
      sent: [],
      confirmed: ['reversed'],
      rejected: [],
      unknown: ['confirmed', 'rejected'],
      reversed: [],
    });
  });

  it('says that the limits get its place back, except when it happened', () => {
    for (const status of EFFECT_STATUSES) {
      for (const { outcome, consequences } of resolutionsOf(status)) {
        expect(consequences.join(' ').includes('place back')).toBe(outcome !== 'confirmed');
      }
    }
  });
});

it('has words for every status, in the order of the filter', () => {
  expect(Object.keys(EFFECT_WORDS).toSorted()).toEqual([...EFFECT_STATUSES].toSorted());
  expect(Object.keys(EFFECT_WORDS)[0]).toBe('unknown');
});

it('tells an own post and a rule from a person who approved it', () => {
  expect(allowedText('own post')).toContain('a person sent it');
  expect(allowedText('policy')).toContain('rule');
  expect(allowedText('user:ada')).toBeUndefined();
});
