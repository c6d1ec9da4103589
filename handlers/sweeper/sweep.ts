import { releaseDecided } from '#lib/approvals/release-decided.ts';
import { createTally } from '#lib/counters/tally.ts';
import { markTick, readLastTick } from '#lib/data/counters/last-tick.ts';
import type { UnknownReportDeps } from '#lib/effects/report-unknown.ts';
import type { BreakerHolds } from '#lib/engine/sweep/breaker-holds.ts';
import type { RecountDeps } from '#lib/engine/sweep/recount-hours.ts';
import type { expiryReports } from '#lib/engine/sweep/report-expired.ts';
import type { openingReports } from '#lib/engine/sweep/report-opened.ts';
import { type SweepDeps, sweepDue } from '#lib/engine/sweep/sweep-due.ts';
import { type Hold, sweepHeld } from '#lib/engine/sweep/sweep-held.ts';
import type { missedTickReports } from '#lib/engine/watch/report-missed-ticks.ts';
import type { conditionReports } from '#lib/engine/watch/watch-conditions.ts';
import type { Watches } from '#lib/engine/watch/watches.ts';
import { SECOND_MS } from '#lib/platform/clock.ts';
import type { Stage } from '#lib/platform/env.ts';
import { metricFields } from '#lib/platform/metrics.ts';
import { releaseWaiting } from '#lib/schedules/fires/release-waiting.ts';
import { checkPresence } from '#lib/schedules/presence/check-presence.ts';
import { completeAndResume } from '#lib/schedules/presence/complete-and-resume.ts';
import { readSchedules, reconcile } from '#lib/schedules/reconcile.ts';

/** The dependencies of `sweep`. */
export interface TickDeps extends SweepDeps {
  stage: Stage;
  /** What can hold messages, except breakers. */
  holds: readonly Hold[];
  breakers: BreakerHolds;
  /** Creates the pushes about breakers that only a person can help to close. Returns their number. */
  reportOpened: ReturnType<typeof openingReports>;
  /** Marks effects as unknown that nobody verifies, and creates a push about each. Returns the number of pushes. */
  reportUnknown: (
    deps: Omit<UnknownReportDeps, 'store' | 'findStale' | 'publicUrl'>,
  ) => Promise<number>;
  countDeadLetters: () => Promise<number>;
  /** Creates the pushes about messages that expired in closed hours. Returns their number. */
  reportExpired: ReturnType<typeof expiryReports>;
  /** Creates the push about a gap between two ticks. Returns the number of pushes. */
  reportMissedTicks: ReturnType<typeof missedTickReports>;
  /** What is watched in this tick. */
  watches: Watches;
  /** Creates the pushes about conditions that changed. Returns their number. */
  reportConditions: ReturnType<typeof conditionReports>;
  /** Recounts closed hours. Returns the number of hours that it finished. */
  recountHours: (deps: RecountDeps) => Promise<number>;
}

/**
 * One tick of the sweeper. The tasks are independent: a task that fails is logged, and the others still run. A
 * metric that is missing because of that raises an alarm.
 */
export const sweep = async (tickDeps: TickDeps): Promise<void> => {
  const { clock, log, breakers, reportMissedTicks, reportConditions } = tickDeps;
  const tally = createTally(log);
  const deps = { ...tickDeps, tally };
  const runTask = async <T>(name: string, work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      log.error({ err: error, task: name }, 'sweeper task failed, next tick retries it');
      return undefined;
    } finally {
      await tally.flush();
    }
  };

  const due = await runTask('due', () => sweepDue(deps));
  let watched = (await runTask('missed ticks', () => reportMissedTicks(readTick, deps))) ?? 0;
  const reported = await runTask('expired', () => deps.reportExpired(deps, deps));
  const deadLetters = await runTask('dead letters', deps.countDeadLetters);
  let released = 0;
  for (const hold of await holdsOf(deps)) {
    released += (await runTask(`held-${hold.name}`, () => sweepHeld(hold, deps))) ?? 0;
  }
  released += (await runTask('approvals', () => releaseDecided(deps))) ?? 0;
  const openings = await runTask('opened', () => deps.reportOpened(breakers.seen, deps, deps));
  const unknown = await runTask('effects', () => deps.reportUnknown(deps));
  const recounted = await runTask('recount', () => deps.recountHours(deps));

  const drift = await runTask('schedule group', () => reconcile(deps));
  const schedules = await runTask('schedules', readSchedules);
  if (schedules !== undefined) {
    released += (await runTask('overlap', () => releaseWaiting(schedules.active, deps))) ?? 0;
    await runTask('presence', () => checkPresence(schedules.active, deps));
    await runTask('schedule ends', () => completeAndResume(schedules, deps));
  }
  for (const [name, watch] of Object.entries(deps.watches(due))) {
    watched += (await runTask(`watch ${name}`, () => reportConditions(watch, deps))) ?? 0;
  }
  await runTask('last tick', () => markTick(clock.now()));

  const circuit = breakers.worst();
  const metrics = {
    ...(due && { OldestDueSeconds: due.oldestDueSeconds }),
    ...(deadLetters !== undefined && { DLQMessageCount: deadLetters }),
    // Every minute, because an alarm on a metric that is written only on a change would end while the breaker is open.
    ...(circuit !== undefined && { CircuitBreakerState: circuit }),
  };
  log.info(
    {
      ...metricFields(metrics, { nowMs: clock.now() }),
      published: due?.published,
      ended: due?.ended,
      reported,
      openings,
      unknown,
      watched,
      released,
      drift,
      recounted,
    },
    'tick completed',
  );
};

const LAST_TICK_TIMEOUT_MS = 5 * SECOND_MS;
const readTick = () => readLastTick(AbortSignal.timeout(LAST_TICK_TIMEOUT_MS));

/** A hold is only a name. A service that has the name of a flag must not release what the flag holds. */
const holdsOf = async ({ holds, breakers }: TickDeps): Promise<Hold[]> => {
  const names = new Set(holds.map(({ name }) => name));
  const services = await breakers.holds();
  return [...holds, ...services.filter(({ name }) => !names.has(name))];
};
