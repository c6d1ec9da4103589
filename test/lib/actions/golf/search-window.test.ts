import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problemsOfWindow, searchWindow } from '#lib/actions/golf/search-window.ts';
import { AppError } from '#lib/platform/errors.ts';
import { zoneOf } from '#lib/platform/zone.ts';

const DAY_MS = 86_400_000;
const two = (value: number) => `${value}`.padStart(2, '0');

const dayTime = fc
  .tuple(fc.nat(23), fc.constantFrom(0, 15, 29, 30, 45, 59))
  .map(([hour, minute]) => `${two(hour)}:${two(minute)}`);
const zones = fc
  .constantFrom('America/New_York', 'America/Los_Angeles', 'Australia/Lord_Howe', 'Africa/Cairo')
  .map((name) => zoneOf(name));
const nows = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2028, 0, 1) });

describe('the window of a search', () => {
  it('has every instant of its day whose local time is between from and to, and no other', () => {
    const times = fc.option(dayTime, { nil: undefined });

    fc.assert(
      fc.property(
        zones,
        nows,
        fc.integer({ min: 1, max: 7 }),
        times,
        times,
        (zone, nowMs, ahead, from, to) => {
          const localDay = Math.floor((nowMs + zone.offsetAt(nowMs)) / DAY_MS) * DAY_MS;
          const date = new Date(localDay + ahead * DAY_MS).toISOString().slice(0, 10);
          fc.pre(problemsOfWindow({ date, from, to }).length === 0);

          const window = attempt(() =>
            searchWindow(
              { date, from, to },
              { title: 'East', zone: zone.name, days_ahead: 7 },
              nowMs,
            ),
          );

          const exists = (time: string) =>
            zone.instantsOf(Date.parse(`${date}T${time}:00Z`)).length > 0;
          if ([from, to].some((time) => time !== undefined && !exists(time))) {
            expect(window).toBeUndefined();
            return;
          }
          expect(window?.dayMs).toBe(localDay + ahead * DAY_MS);
          const { fromMs = 0, toMs = 0 } = window ?? {};
          const localOf = (utcMs: number) =>
            new Date(utcMs + zone.offsetAt(utcMs)).toISOString().slice(0, 16);
          // Every quarter of an hour from a day before to a day after, in the minute of the window.
          for (let utcMs = fromMs - DAY_MS; utcMs <= toMs + DAY_MS; utcMs += 15 * 60_000) {
            const local = localOf(utcMs);
            const isWished =
              local >= `${date}T${from ?? '00:00'}` && local <= `${date}T${to ?? '23:59'}`;
            if (isWished) expect(utcMs).toBeGreaterThanOrEqual(fromMs);
            if (isWished) expect(utcMs).toBeLessThan(toMs + 60_000);
          }
          expect(fromMs).toBeLessThanOrEqual(toMs);
          if (from !== undefined) expect(localOf(fromMs)).toBe(`${date}T${from}`);
          if (to !== undefined) expect(localOf(toMs)).toBe(`${date}T${to}`);
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** `undefined` for an error of the input. */
const attempt = <T>(work: () => T): T | undefined => {
  try {
    return work();
  } catch (error) {
    if (error instanceof AppError && error.code === 'INVALID_PAYLOAD') return undefined;
    throw error;
  }
};
