import type { ApiSchedule, SchedulePreview } from '#handlers/web/app/api/responses.ts';
import type { PreviewRequest } from '#handlers/web/app/schedules/preview-request.ts';

/** What decides when a schedule fires. */
export type FiringSchedule = Pick<
  ApiSchedule,
  'schedule_expression' | 'timezone' | 'next_fire_at' | 'end_date' | 'max_runs' | 'execution_count'
>;

/** Milliseconds since the Unix epoch. */
export interface FireWindow {
  nowMs: number;
  /** At most a day later. */
  untilMs: number;
}

/** The next fires of an expression: `POST /api/schedules/preview`. */
export type LoadPreview = (body: PreviewRequest) => Promise<Pick<SchedulePreview, 'fires'>>;

const RATE = /^rate\((\d+) (minute|hour|day)s?\)$/;
const UNIT_MS: Readonly<Record<string, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};
/** A cron expression with one minute and one hour. */
const ONCE_A_DAY = /^cron\(\d+ \d+ /;
/** The largest number of fires in one preview. */
const PREVIEWED = 50;
/** Enough for a day with a fire every five minutes. */
const MAX_PREVIEWS = 6;
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/**
 * All fires of a schedule until then, the earliest first, as milliseconds since the Unix epoch. The API knows the next
 * one. Those of a `rate(…)` follow from it, and those of a `cron(…)` that fires more than once a day are previewed.
 */
export const firesUntil = async (
  schedule: FiringSchedule,
  { nowMs, untilMs }: FireWindow,
  loadPreview: LoadPreview,
): Promise<number[]> => {
  const { next_fire_at, end_date, max_runs, execution_count } = schedule;
  if (next_fire_at === undefined) return [];
  const firstMs = Date.parse(next_fire_at);
  const endMs = Math.min(untilMs, end_date === undefined ? untilMs : Date.parse(end_date));
  const left = max_runs === undefined ? undefined : Math.max(0, max_runs - execution_count);
  const times = await timesOf(schedule, { firstMs, endMs, nowMs, loadPreview });
  return times.filter((ms) => ms <= endMs).slice(0, left);
};

interface Period {
  firstMs: number;
  endMs: number;
  nowMs: number;
}

const timesOf = async (
  { schedule_expression: expression, timezone }: FiringSchedule,
  { firstMs, endMs, nowMs, loadPreview }: Period & { loadPreview: LoadPreview },
): Promise<number[]> => {
  const [, count, unit = ''] = RATE.exec(expression) ?? [];
  const stepMs = Number(count) * (UNIT_MS[unit] ?? Number.NaN);
  if (stepMs > 0) {
    const steps = Math.max(0, Math.floor((endMs - firstMs) / stepMs));
    return Array.from({ length: steps + 1 }, (_, n) => firstMs + n * stepMs);
  }
  if (!expression.startsWith('cron') || ONCE_A_DAY.test(expression) || firstMs >= endMs)
    return [firstMs];
  return previewed({ expression, timezone, loadPreview }, { firstMs, endMs, nowMs });
};

const previewed = async (
  {
    expression,
    timezone,
    loadPreview,
  }: Omit<PreviewRequest, 'count'> & { loadPreview: LoadPreview },
  { firstMs, endMs, nowMs }: Period,
): Promise<number[]> => {
  const times = [firstMs];
  const end_date = new Date(endMs).toISOString();
  for (let previews = 0; previews < MAX_PREVIEWS; previews += 1) {
    // The API refuses a start in the past, and the next fire may be due just now.
    const startMs = Math.max((times.at(-1) ?? firstMs) + SECOND_MS, nowMs + MINUTE_MS);
    if (startMs >= endMs) return times;
    const start_date = new Date(startMs).toISOString();
    const body = { expression, timezone, count: PREVIEWED, start_date, end_date };
    const { fires } = await loadPreview(body);
    times.push(...fires.map(({ utc }) => Date.parse(utc)));
    if (fires.length < PREVIEWED) return times;
  }
  return times;
};
