import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_RETRY_AFTER_MS, retryAfterMs } from '#lib/http/retry-after.ts';

const NOW_MS = Date.parse('2026-03-01T12:00:00.000Z');

describe('retryAfterMs', () => {
  it.each([
    { header: '0', askedMs: 0 },
    { header: '120', askedMs: 120_000 },
    { header: ' 7 ', askedMs: 7_000 },
    { header: '86400', askedMs: 86_400_000 },
    { header: '86401', askedMs: 86_400_000 },
    { header: '9999999999', askedMs: 86_400_000 },
    { header: 'Sun, 01 Mar 2026 12:00:30 GMT', askedMs: 30_000 },
    { header: 'Sun, 01 Mar 2026 11:59:30 GMT', askedMs: 0 },
    { header: 'Fri, 01 Jan 2100 00:00:00 GMT', askedMs: 86_400_000 },
  ])('reads "$header" as $askedMs ms', ({ header, askedMs }) => {
    expect(retryAfterMs(header, NOW_MS)).toBe(askedMs);
  });

  it.each([
    undefined,
    '',
    '-1',
    '1.5',
    '1e3',
    '0x10',
    '7, 8',
    'soon',
    '99999999999',
    '2026-03-01T12:00:30Z',
    'Sunday, 01-Mar-26 12:00:30 GMT',
    'Sun Mar  1 12:00:30 2026',
    'Sun, 01 Mar 2026 12:00:30 +0100',
    'Sun, 01 Mar 2026 25:00:00 GMT',
  ])('ignores the malformed header %j', (header) => {
    expect(retryAfterMs(header, NOW_MS)).toBeUndefined();
  });

  it('returns 0 to one day or undefined for any header', () => {
    fc.assert(
      fc.property(fc.string(), fc.date({ noInvalidDate: true }), (text, date) => {
        for (const header of [text, date.toUTCString()]) {
          const askedMs = retryAfterMs(header, NOW_MS) ?? 0;
          expect(askedMs >= 0 && askedMs <= MAX_RETRY_AFTER_MS).toBe(true);
        }
      }),
    );
  });
});
