import { describe, expect, it, vi } from 'vitest';
import {
  type FiringSchedule,
  firesUntil,
  type LoadPreview,
} from '#handlers/web/app/overview/day-fires.ts';

const NOW = Date.UTC(2026, 2, 2, 12, 10);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const UNTIL = NOW + 24 * HOUR_MS;
const DAY = { nowMs: NOW, untilMs: UNTIL };

const aSchedule = (changes: Partial<FiringSchedule> = {}): FiringSchedule => ({
  schedule_expression: 'rate(6 hours)',
  timezone: 'UTC',
  next_fire_at: new Date(NOW + HOUR_MS).toISOString(),
  execution_count: 0,
  ...changes,
});
/** Fires at every multiple of these minutes, as the API would. */
const everyMinutes = (minutes: number) =>
  vi.fn<LoadPreview>(async ({ count, start_date = '', end_date = '' }) => {
    const stepMs = minutes * MINUTE_MS;
    const firstMs = Math.ceil(Date.parse(start_date) / stepMs) * stepMs;
    const times = Array.from({ length: count }, (_, n) => firstMs + n * stepMs);
    return {
      fires: times
        .filter((ms) => ms <= Date.parse(end_date))
        .map((ms) => ({ local: '', utc: new Date(ms).toISOString() })),
    };
  });
const hoursAhead = (times: readonly number[]) => times.map((ms) => (ms - NOW) / HOUR_MS);

describe('firesUntil', () => {
  it('counts the intervals of a rate from its next fire, without a request', async () => {
    const load = everyMinutes(1);

    const times = await firesUntil(aSchedule(), DAY, load);

    expect(hoursAhead(times)).toEqual([1, 7, 13, 19]);
    expect(load).not.toHaveBeenCalled();
  });

  it.each(['cron(10 13 * * ? *)', 'at(2026-03-02T13:10:00)'])(
    'has only the next fire of %s, without a request',
    async (schedule_expression) => {
      const load = everyMinutes(1);

      const times = await firesUntil(aSchedule({ schedule_expression }), DAY, load);

      expect(hoursAhead(times)).toEqual([1]);
      expect(load).not.toHaveBeenCalled();
    },
  );

  it('has every fire of a cron expression, each once', async () => {
    const next_fire_at = new Date(NOW + 5 * MINUTE_MS).toISOString();
    const schedule = aSchedule({ schedule_expression: 'cron(0/5 * * * ? *)', next_fire_at });

    const times = await firesUntil(schedule, DAY, everyMinutes(5));

    expect(times).toEqual(Array.from({ length: 288 }, (_, n) => NOW + (n + 1) * 5 * MINUTE_MS));
  });

  it('asks for no fires of the past when the next one is due', async () => {
    const load = everyMinutes(10);
    const next_fire_at = new Date(NOW - 30_000).toISOString();

    await firesUntil(
      aSchedule({ schedule_expression: 'cron(0/10 * * * ? *)', next_fire_at }),
      DAY,
      load,
    );

    const starts = load.mock.calls.map(([{ start_date = '' }]) => Date.parse(start_date));
    expect(Math.min(...starts)).toBeGreaterThan(NOW);
  });

  it('ends at the end date, and after the last run', async () => {
    const end_date = new Date(NOW + 8 * HOUR_MS).toISOString();

    const untilEnd = await firesUntil(aSchedule({ end_date }), DAY, everyMinutes(1));
    const untilLast = await firesUntil(
      aSchedule({ max_runs: 5, execution_count: 2 }),
      DAY,
      everyMinutes(1),
    );

    expect(hoursAhead(untilEnd)).toEqual([1, 7]);
    expect(hoursAhead(untilLast)).toEqual([1, 7, 13]);
  });

  it('has none for a schedule without a next fire, or with a later one', async () => {
    const later = aSchedule({ next_fire_at: new Date(UNTIL + 1).toISOString() });
    const { next_fire_at, ...paused } = aSchedule();

    expect(await firesUntil(later, DAY, everyMinutes(1))).toEqual([]);
    expect(await firesUntil(paused, DAY, everyMinutes(1))).toEqual([]);
  });
});
