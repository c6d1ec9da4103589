import { COUNTER_NAMES, type CounterName } from '#lib/counters/counts.ts';
import type { Hour } from '#lib/data/counters/hours.ts';
import { HOUR_MS, hourStart } from '#lib/platform/clock.ts';
import type { Finding, Watch } from './watch-conditions.ts';

/** A share of messages that must succeed. Source: `docs/operations/objectives.md`. */
interface Objective {
  name: string;
  /** The part that may fail, of 1. */
  budget: number;
  isCounted: (counter: CounterName) => boolean;
  what: string;
}

const OBJECTIVES: readonly Objective[] = [
  {
    name: 'objective-processing',
    budget: 0.005,
    isCounted: (counter) => !counter.endsWith('_notify'),
    what: 'messages',
  },
  {
    name: 'objective-notification',
    budget: 0.01,
    isCounted: (counter) => counter.endsWith('_notify'),
    what: 'pushes',
  },
];

/**
 * The budget burns six times as fast as it may, in six hours and still now. At that speed, a budget of 30 days is spent in
 * five. Source: Google, "The Site Reliability Workbook", chapter 5, alerts with several windows.
 */
const FAST = 6;
const LONG_HOURS = 6;
/** The hour that runs and the one before, so that the short window is never nearly empty. */
const SHORT_HOURS = 2;
/** Fewer failures in the long window are looked at one by one. Count. */
const LEAST_FAILURES = 10;

/** Finds objectives whose budget burns too fast. @param readHours reads these hours; those without a row are left out */
export const watchObjectives =
  (readHours: (startsMs: readonly number[]) => Promise<readonly Hour[]>, nowMs: number): Watch =>
  async (isOn) => {
    const newest = hourStart(nowMs);
    const starts = Array.from({ length: LONG_HOURS }, (_, n) => newest - n * HOUR_MS);
    const hours = await readHours(starts);
    const short = hours.filter(({ startMs }) => startMs > newest - SHORT_HOURS * HOUR_MS);
    return OBJECTIVES.map((objective) => findingOf(objective, { long: hours, short }, isOn));
  };

const findingOf = (
  objective: Objective,
  windows: { long: readonly Hour[]; short: readonly Hour[] },
  isOn: (name: string) => boolean,
): Finding => {
  const { name, budget, what } = objective;
  const long = shareOf(objective, windows.long);
  const short = shareOf(objective, windows.short);
  // A window in which nothing ended says nothing. The condition then stays as it is.
  const isFast = ({ failed, ended }: typeof long, times: number) => failed > times * budget * ended;
  const begins = long.failed >= LEAST_FAILURES && isFast(long, FAST) && isFast(short, FAST);
  const on = isOn(name) ? short.ended === 0 || isFast(short, 1) : begins;
  const percent = ((100 * long.failed) / Math.max(1, long.ended)).toFixed(1);
  const allowed = 100 * budget;
  return {
    ...{ name, on },
    push: on
      ? {
          title: `Too many ${what} fail`,
          message: `${long.failed} of ${long.ended} ${what} of the last six hours failed (${percent} %). The objective allows ${allowed} %. Runbook: objective-burning`,
          priority: 'high',
        }
      : {
          title: `Over: too many ${what} failed`,
          message: `Of the ${what} of the last two hours, fewer than ${allowed} % failed.`,
          priority: 'low',
        },
  };
};

const shareOf = ({ isCounted }: Objective, hours: readonly Hour[]) => {
  const total = (event: 'failed' | 'completed') =>
    COUNTER_NAMES.filter((name) => name.startsWith(`${event}_`) && isCounted(name))
      .flatMap((name) => hours.map((hour) => hour[name] ?? 0))
      .reduce((sum, count) => sum + count, 0);
  const failed = total('failed');
  return { failed, ended: failed + total('completed') };
};
