import { type QueueUrls, readQueueDepths } from '#lib/bus/queue-depths.ts';
import { readHours } from '#lib/data/counters/hours.ts';
import type { DueReport } from '#lib/engine/sweep/sweep-due.ts';
import { type Clock, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import type { Stage } from '#lib/platform/env.ts';
import { watchAlarms } from './watch-alarms.ts';
import type { Watch } from './watch-conditions.ts';
import { configurationWatch } from './watch-configuration.ts';
import { watchObjectives } from './watch-objectives.ts';
import { watchQueues } from './watch-queues.ts';

/** Five minutes, less a margin for a tick that is a little early. Each request costs money. */
const SLOW_EVERY_MS = 4.5 * MINUTE_MS;
const QUEUES_TIMEOUT_MS = 5 * SECOND_MS;

export interface WatchesOptions {
  stage: Stage;
  clock: Pick<Clock, 'now'>;
  /** Whether the stage has alarms. */
  hasAlarms: boolean;
  queueUrls: Pick<QueueUrls, 'queues'>;
}

/** The watches of one tick, by name. @param due what the tick found about due messages, if that is known */
export type Watches = (
  due: Pick<DueReport, 'oldestDueSeconds' | 'configurationProblems'> | undefined,
) => Readonly<Record<string, Watch>>;

/** Alarms and configuration at every tick, queues and objectives at every fifth. */
export const sweeperWatches = ({ stage, clock, hasAlarms, queueUrls }: WatchesOptions): Watches => {
  let nextSlowMs = Number.NEGATIVE_INFINITY;
  const watchConfiguration = configurationWatch(clock);
  return (due) => {
    const always = {
      ...(hasAlarms && { alarms: watchAlarms(stage) }),
      ...(due && { configuration: watchConfiguration(due.configurationProblems) }),
    };
    const nowMs = clock.now();
    if (nowMs < nextSlowMs) return always;
    nextSlowMs = nowMs + SLOW_EVERY_MS;
    const readWork = async () => {
      const signal = AbortSignal.timeout(QUEUES_TIMEOUT_MS);
      const depths = await readQueueDepths({ ...queueUrls, deadLetterQueues: [] }, signal);
      const waiting = Object.fromEntries(depths.map(({ name, waiting }) => [name, waiting ?? 0]));
      return { waiting, oldestDueSeconds: due?.oldestDueSeconds };
    };
    return {
      ...always,
      queues: watchQueues(readWork),
      objectives: watchObjectives(readHours, nowMs),
    };
  };
};
