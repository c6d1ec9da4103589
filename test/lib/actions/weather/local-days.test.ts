import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { zoneOf } from '#lib/platform/zone.ts';
import { periodsOf } from '#scripts/local/weather/periods.ts';
import { httpServer } from '#test/lib/http/loopback.ts';
import { CLOCK_CHANGES } from '#test/lib/schedules/timetable/clock-changes.ts';
import { aSentForecast } from './forecast-shapes.ts';
import { weatherRun } from './weather-run.ts';

const ZONES = ['America/New_York', 'America/Los_Angeles', 'Australia/Lord_Howe'];
const DAYS = 7;

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September'],
  ...['October', 'November', 'December'],
];

/** The changes of Los Angeles are those of New York, three hours later. */
const CHANGES = CLOCK_CHANGES.filter(({ zone }) => ZONES.includes(zone)).flatMap((change) =>
  change.zone === 'America/New_York'
    ? [
        { zone: change.zone, changeMs: Date.parse(change.utc) },
        { zone: 'America/Los_Angeles', changeMs: Date.parse(change.utc) + 3 * HOUR_MS },
      ]
    : [{ zone: change.zone, changeMs: Date.parse(change.utc) }],
);

const STARTS = [
  { start: 'two evenings before', aheadMs: 33 * HOUR_MS },
  { start: 'in the hour before', aheadMs: 30 * MINUTE_MS },
  { start: 'in the hour after', aheadMs: -30 * MINUTE_MS },
  { start: 'in the morning after', aheadMs: -9 * HOUR_MS },
];

const CASES = CHANGES.flatMap((change) =>
  STARTS.map(({ start, aheadMs }) => ({
    zone: change.zone,
    change: iso(change.changeMs),
    start,
    nowMs: change.changeMs - aheadMs,
  })),
);

/** Runs against a server with the forecast of a zone. */
const forecastOf = async (zoneName: string, nowMs: number) => {
  const zone = zoneOf(zoneName);
  const sent = periodsOf(nowMs, zone);
  const { origin } = await httpServer((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'application/geo+json' });
    response.end(JSON.stringify(aSentForecast(sent)));
  });
  const { texts, run } = weatherRun({ url: origin, now: iso(nowMs) });
  const input = { url: `${origin}/gridpoints/PBZ/25,67/forecast`, days: DAYS };
  return {
    texts: await texts(input),
    periods: (await run(input)).periods,
    localMs: nowMs + zone.offsetAt(nowMs),
  };
};

const headingOf = (localMs: number): string => {
  const date = new Date(localMs);
  return `${WEEKDAYS[date.getUTCDay()]}, ${MONTHS[date.getUTCMonth()]} ${date.getUTCDate()}`;
};

/** What the first text has: the rest of a night, the day, the night. */
const firstLabelsAt = (localMs: number): string[] => {
  const hour = new Date(localMs).getUTCHours();
  if (hour < 6) return ['Overnight', 'Day', 'Night'];
  return hour < 18 ? ['Day', 'Night'] : ['Night'];
};

const labelsOf = (text: string): string[] =>
  [...text.matchAll(/^\P{L}+(Overnight|Day|Night):/gmu)].map(([, label = '']) => label);

describe('a forecast around a change of the clocks', () => {
  it('is checked for both changes of 2026 and 2027 in each zone', () => {
    expect(CHANGES.map(({ zone }) => zone).sort()).toEqual(
      ZONES.flatMap((zone) => [zone, zone, zone, zone]).sort(),
    );
  });

  it.each(CASES)(
    'in $zone at $change, read $start, has one text for each local day',
    async ({ zone, nowMs }) => {
      const { texts, localMs } = await forecastOf(zone, nowMs);

      const headings = texts.map((text) => text.split('\n')[0]);
      expect(headings).toEqual(
        Array.from({ length: DAYS }, (_, day) => headingOf(localMs + day * DAY_MS)),
      );
      expect(texts.slice(0, -1).map(labelsOf)).toEqual([
        firstLabelsAt(localMs),
        ...Array.from({ length: DAYS - 2 }, () => ['Day', 'Night']),
      ]);
    },
  );

  it.each(CASES.filter(({ start }) => start === 'two evenings before'))(
    'in $zone at $change has a night whose ends have different offsets',
    async ({ zone, nowMs }) => {
      const { periods } = await forecastOf(zone, nowMs);

      const offsetOf = (time: string) => time.slice(19);
      const changing = periods.filter(
        ({ start_time, end_time }) => offsetOf(start_time) !== offsetOf(end_time),
      );
      expect(changing).toHaveLength(1);
      expect(changing[0]?.is_daytime).toBe(false);
    },
  );
});
