import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { iso } from '#lib/clock.ts';
import { Instant, InstantMs, InstantUtc } from '#lib/instant.ts';

describe('an instant', () => {
  it.each([
    ['0000-01-01T00:00:00Z', '0000-01-01T00:00:00.000Z'],
    ['2026-11-21T13:00:00+01:00', '2026-11-21T12:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('%s is kept as %s, in the one format that sorts as time does', (text, kept) => {
    expect(z.parse(Instant, text)).toBe(text);
    expect(iso(z.parse(InstantMs, text))).toBe(kept);
    expect(z.parse(InstantUtc, text)).toBe(kept);
  });

  it.each(['0000-01-01T00:00:00+00:01', '9999-12-31T23:59:59-23:59'])(
    '%s is refused: in UTC its year has no four digits',
    (text) => {
      for (const schema of [Instant, InstantMs, InstantUtc]) {
        const parsed = z.safeParse(schema, text);
        expect(parsed.error?.issues.map(({ message }) => message)).toEqual([
          'must be in the years 0000 to 9999 of UTC',
        ]);
      }
    },
  );

  it.each(['', 'soon', '2026-11-21', '2026-11-21T12:00:00', '2026-02-30T00:00:00Z'])(
    '"%s" is refused with one problem',
    (text) => {
      for (const schema of [Instant, InstantMs, InstantUtc]) {
        const parsed = z.safeParse(schema, text);
        expect(parsed.error?.issues.map(({ message }) => message)).toEqual([
          'must be an ISO 8601 instant',
        ]);
      }
    },
  );
});
