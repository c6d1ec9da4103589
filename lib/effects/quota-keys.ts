import type { EffectTarget } from '#lib/actions/irreversible.ts';
import { DAY_MS, iso } from '#lib/platform/clock.ts';

/** How often an operation may be carried out for one owner. A limit that is absent is not counted. */
export interface QuotaLimits {
  perDay?: number;
  perWeek?: number;
}

/** A counter and its limit. */
export interface CountedQuota {
  key: string;
  limit: number;
}

/** The counters that count an effect: of its local day and of the ISO week of that day. */
export const countedQuotas = (
  operation: string,
  quota: EffectTarget['quota'],
  { perDay, perWeek }: QuotaLimits,
): CountedQuota[] => {
  if (quota === undefined) return [];
  const { owner, date } = quota;
  const keyOf = (period: string) => `quota_${operation}_${owner}_${period}`;
  return [
    ...(perDay === undefined ? [] : [{ key: keyOf(date), limit: perDay }]),
    ...(perWeek === undefined ? [] : [{ key: keyOf(isoWeek(date)), limit: perWeek }]),
  ];
};

/** `2026-W49`: a week belongs to the year of its Thursday. Source: ISO 8601. */
export const isoWeek = (date: string): string => {
  const dayMs = Date.parse(`${date}T00:00:00Z`);
  const daysAfterMonday = (new Date(dayMs).getUTCDay() + 6) % 7;
  const thursdayMs = dayMs + (3 - daysAfterMonday) * DAY_MS;
  const year = iso(thursdayMs).slice(0, 4);
  const week = 1 + Math.floor((thursdayMs - Date.parse(`${year}-01-01T00:00:00Z`)) / (7 * DAY_MS));
  return `${year}-W${`${week}`.padStart(2, '0')}`;
};
