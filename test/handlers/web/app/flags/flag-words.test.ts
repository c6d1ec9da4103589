import { describe, expect, it } from 'vitest';
import { effectText, overdueMs } from '#handlers/web/app/flags/flag-words.ts';

const NOW = Date.UTC(2026, 2, 2, 12);

describe('effectText', () => {
  it('says what the value does when the meaning is about it', () => {
    const flag = { enabled: false, meaning: 'off holds every push' };

    expect(effectText(flag)).toBe('it holds every push');
  });

  it('is the meaning when that is about the other value', () => {
    const flag = { enabled: true, meaning: 'off holds every push' };

    expect(effectText(flag)).toBe('off holds every push');
  });
});

describe('overdueMs', () => {
  it.each([
    { until: null, expected: undefined },
    { until: '2026-03-02T12:00:00.000Z', expected: undefined },
    { until: '2026-03-02T11:59:00.000Z', expected: 60_000 },
  ])('is $expected for a note until $until', ({ until, expected }) => {
    expect(overdueMs({ until }, NOW)).toBe(expected);
  });
});
