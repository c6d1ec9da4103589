import { describe, expect, it } from 'vitest';
import { failedWindowOf, windowStart } from '#handlers/web/app/failed/failed-window.ts';

describe('failedWindowOf', () => {
  it.each([
    ['24', '24'],
    ['all', 'all'],
    [undefined, '168'],
    ['', '168'],
    ['constructor', '168'],
  ])('reads %o as %s', (value, window) => {
    expect(failedWindowOf(value)).toBe(window);
  });
});

describe('windowStart', () => {
  it('is that many hours ago, and nothing for any time', () => {
    const nowMs = Date.UTC(2026, 2, 2, 12);

    expect(windowStart('24', nowMs)).toBe('2026-03-01T12:00:00.000Z');
    expect(windowStart('all', nowMs)).toBeUndefined();
  });
});
