import { describe, expect, it } from 'vitest';
import { timeLeftText } from '#handlers/web/app/format/time-left.ts';

const MINUTE_MS = 60_000;

describe('timeLeftText', () => {
  it.each([
    { ms: 11 * 60 * MINUTE_MS + 5 * MINUTE_MS, text: '11 h 5 min' },
    { ms: 60 * MINUTE_MS, text: '1 h 0 min' },
    { ms: 60 * MINUTE_MS - 1, text: '59 min 59 s' },
    { ms: 29 * MINUTE_MS + 41_900, text: '29 min 41 s' },
    { ms: MINUTE_MS, text: '1 min 0 s' },
    { ms: 59_999, text: '59 s' },
    { ms: 999, text: '0 s' },
    { ms: -5, text: '0 s' },
  ])('says $text for $ms ms', ({ ms, text }) => {
    expect(timeLeftText(ms)).toBe(text);
  });
});
