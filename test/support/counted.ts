import { type Counts, countsOf, RECOUNTED_NAMES, sumCounts } from '#lib/counters/counts.ts';
import type { Message } from '#lib/messages/message.ts';
import { HOUR_MS, hourStart, iso, SECOND_MS } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import type { World } from './world.ts';

const METRICS_TABLE = env('METRICS_TABLE');

type ByHour = Record<string, Counts>;

/** The counters by the start of their hour, without hours and counts that are zero. */
export const countedByHour = ({ db }: Pick<World, 'db'>): ByHour =>
  tidied(
    db
      .rows<Counts & { day: string; hour: string }>(METRICS_TABLE)
      .map((row) => [`${row.day}T${row.hour}:00:00.000Z`, row] as const),
  );

/** The same counts, calculated from the messages. */
export const storedByHour = (rows: readonly Message[]): ByHour => {
  const hours = new Map<string, Counts>();
  for (const row of rows) {
    const hour = iso(hourStart(Date.parse(row.created_date)));
    hours.set(hour, sumCounts(hours.get(hour) ?? {}, countsOf(row)));
  }
  return tidied([...hours]);
};

const tidied = (hours: readonly (readonly [string, Counts])[]): ByHour =>
  Object.fromEntries(
    hours
      .map(([hour, counts]) => {
        const some = RECOUNTED_NAMES.filter((name) => (counts[name] ?? 0) !== 0);
        return [hour, Object.fromEntries(some.map((name) => [name, counts[name]]))] as const;
      })
      .filter(([, counts]) => Object.keys(counts).length > 0),
  );

/** Let time pass until the sweeper has recounted every hour for the last time. */
export const recountAll = async (world: World): Promise<void> => {
  await world.clock.advance(26 * HOUR_MS);
  for (let ticks = 0; ticks < 3; ticks += 1) {
    const tick = world.tick();
    while (!tick.isOver()) await world.clock.advance(SECOND_MS);
  }
};
