import type { ForecastPeriod } from './forecast.ts';

/** The periods that begin on one local day. */
export interface LocalDay {
  /** Its date, such as `2026-12-01`. */
  date: string;
  periods: readonly ForecastPeriod[];
}

/**
 * Groups periods by the local date on which they begin, by the offset of each. So a night belongs to the day on which it
 * begins, and the rest of a night that begins after midnight belongs to the day that follows it.
 */
export const localDaysOf = (periods: readonly ForecastPeriod[]): LocalDay[] =>
  Object.entries(Object.groupBy(periods, ({ start_time }) => start_time.slice(0, 10))).map(
    ([date, ofDay = []]) => ({ date, periods: ofDay }),
  );
