import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { iso } from '#lib/platform/clock.ts';
import { localText } from '#lib/platform/zone.ts';
import { HOSTILE_TEXT } from '#scripts/local/service/hostile-text.ts';
import { aSentForecast } from './forecast-shapes.ts';
import { weatherRun } from './weather-run.ts';

const NOW_MS = Date.parse('2026-12-01T15:30:00Z');
const HOUR_MS = 3_600_000;
const QUARTER_MS = HOUR_MS / 4;

const sometimes = <Value>(values: fc.Arbitrary<Value>) =>
  fc.option(fc.option(values, { nil: null }), { nil: undefined });

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }).map((one) => one.toWellFormed()),
  fc.constantFrom('', ' ', '\n\n', '\u202e', 'Sunny', HOSTILE_TEXT, '🌧️'.repeat(3_000)),
);
const number = fc.oneof(
  fc.integer({ min: -1_000, max: 1_000 }),
  fc.integer({ min: -1_000_000, max: 1_000_000 }).map((thousandths) => thousandths / 1_000),
  fc.constantFrom(-0, 32, 80, 1e15),
);
const quantity = fc.record(
  {
    unitCode: sometimes(fc.constantFrom('wmoUnit:km_h-1', 'unit:degC', 'wmoUnit:degF', 'x:y', '')),
    value: sometimes(number),
    minValue: sometimes(number),
    maxValue: sometimes(number),
  },
  { requiredKeys: [] },
);

/** A time in the week from now, in any zone. */
const localTime = fc
  .record({
    quarters: fc.integer({ min: 1, max: 700 }),
    offsetQuarters: fc.integer({ min: -48, max: 56 }),
  })
  .map(({ quarters, offsetQuarters }) =>
    localText(NOW_MS + quarters * QUARTER_MS, offsetQuarters * QUARTER_MS),
  );

/** Any period that the service may send. */
const sentPeriod = fc.record(
  {
    name: sometimes(text),
    startTime: localTime,
    endTime: localTime,
    isDaytime: sometimes(fc.boolean()),
    temperature: sometimes(fc.oneof(number, quantity)),
    temperatureUnit: sometimes(fc.constantFrom('F', 'C', 'K', '')),
    temperatureTrend: sometimes(fc.constantFrom('', 'rising', 'falling', 'x')),
    probabilityOfPrecipitation: sometimes(quantity),
    windSpeed: sometimes(fc.oneof(text, quantity)),
    windDirection: sometimes(fc.oneof(text, fc.constantFrom('N', 'SSW'))),
    shortForecast: sometimes(text),
    detailedForecast: sometimes(text),
  },
  { requiredKeys: ['startTime', 'endTime'] },
);

/** Runs with a service that sends these periods. */
const textsOf = async (periods: readonly object[], days: number) => {
  const { run, texts, context } = weatherRun({ url: 'http://127.0.0.1:1', now: iso(NOW_MS) });
  context.call = async () => ({
    status: 200,
    headers: { 'content-type': 'application/geo+json' },
    body: JSON.stringify(aSentForecast(periods)),
  });
  const input = { url: 'https://api.weather.gov/gridpoints/PBZ/25,67/forecast', days };
  return { texts: await texts(input), output: await run(input) };
};

describe('the texts of any forecast', () => {
  it('are at most one for each day, well-formed, clean, and within a push', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(sentPeriod, { maxLength: 100 }),
        fc.integer({ min: 1, max: 7 }),
        async (periods, days) => {
          const { texts, output } = await textsOf(periods, days);

          expect(texts.length).toBeGreaterThan(0);
          expect(texts.length).toBeLessThanOrEqual(days);
          for (const one of texts) {
            expect(one.isWellFormed()).toBe(true);
            expect(one.length).toBeLessThan(4_000);
            expect(one).not.toMatch(/(?!\n)\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u);
            expect(one).not.toMatch(/^\s*$|undefined|null|NaN|Infinity|\[object/);
          }
          const dates = new Set(output.periods.map(({ start_time }) => start_time.slice(0, 10)));
          expect(texts).toHaveLength(Math.max(dates.size, 1));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('leave out no period of the first days, and keep the order of time', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(sentPeriod, { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 7 }),
        async (periods, days) => {
          const { output } = await textsOf(periods, days);

          const dateOf = (time: string) => time.slice(0, 10);
          const kept = new Set(output.periods.map(({ start_time }) => dateOf(start_time)));
          expect(kept.size).toBeLessThanOrEqual(days);
          expect(output.periods.map(({ start_time }) => start_time).toSorted()).toEqual(
            periods
              .map(({ startTime }) => startTime)
              .filter((time) => kept.has(dateOf(time)))
              .toSorted(),
          );
        },
      ),
      { numRuns: 200 },
    );
  });
});
