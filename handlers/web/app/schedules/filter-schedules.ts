import type { ApiSchedule } from '#handlers/web/app/api/responses.ts';
import { expressionWords } from './expression-words.ts';

/** The filters of the list of schedules. An empty text is no filter. */
export interface ScheduleFilterValues {
  status: string;
  health: string;
  /** Every word must occur in what the row shows. */
  text: string;
}

export const SCHEDULE_ORDERS = ['name', 'next', 'last'] as const;
export type ScheduleOrder = (typeof SCHEDULE_ORDERS)[number];

/** The schedules that match all filters. */
export const filterSchedules = (
  schedules: readonly ApiSchedule[],
  { status, health, text }: ScheduleFilterValues,
): ApiSchedule[] => {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return schedules.filter(
    (one) =>
      (status === '' || one.status === status) &&
      (health === '' || one.health === health) &&
      words.every((word) => searchedText(one).includes(word)),
  );
};

/** How many schedules are up, late, down, paused or new. */
export const countByHealth = (
  schedules: readonly ApiSchedule[],
): Map<ApiSchedule['health'], number> => {
  const counts = new Map<ApiSchedule['health'], number>();
  for (const { health } of schedules) counts.set(health, (counts.get(health) ?? 0) + 1);
  return counts;
};

/** The schedules in an order. Those without a time come last, and equal ones by name. */
export const sortSchedules = (
  schedules: readonly ApiSchedule[],
  order: ScheduleOrder,
): ApiSchedule[] => {
  const byName = new Intl.Collator('en', { numeric: true }).compare;
  return [...schedules].sort((a, b) => compareTimes(a, b, order) || byName(a.name, b.name));
};

const compareTimes = (a: ApiSchedule, b: ApiSchedule, order: ScheduleOrder): number => {
  if (order === 'name') return 0;
  if (order === 'next') return compareTexts(a.next_fire_at ?? '~', b.next_fire_at ?? '~');
  return compareTexts(b.last_fired_at ?? '', a.last_fired_at ?? '');
};

const compareTexts = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

const searchedText = (one: ApiSchedule): string =>
  [
    one.name,
    one.description ?? '',
    one.schedule_expression,
    expressionWords(one.schedule_expression),
    one.timezone,
    one.target.message_type,
    one.paused_reason ?? '',
  ]
    .join('\n')
    .toLowerCase();
