import { createTally } from '#lib/counters/tally.ts';
import type { RecountDeps } from '#lib/engine/sweep/recount-hours.ts';
import type { expiryReports } from '#lib/engine/sweep/report-expired.ts';
import { type SweepDeps, sweepDue } from '#lib/engine/sweep/sweep-due.ts';
import { type Hold, sweepHeld } from '#lib/engine/sweep/sweep-held.ts';
import type { Stage } from '#lib/platform/env.ts';
import { metricFields } from '#lib/platform/metrics.ts';
import type { ScheduleDuties } from './schedule-duties.ts';

/** What a tick needs from the world. */
export interface TickDeps extends SweepDeps {
  stage: Stage;
  /** Everything that messages can wait for. */
  holds: readonly Hold[];
  /** How the worst breaker stands, once its hold was looked at; `undefined` when nobody knows. */
  worstCircuit: () => number | undefined;
  countDeadLetters: () => Promise<number>;
  /** Tells what expired in closed hours; answers how many there were. */
  reportExpired: ReturnType<typeof expiryReports>;
  /** Sets closed hours right; answers how many. */
  recountHours: (deps: RecountDeps) => Promise<number>;
  /** Loaded by the first tick that comes that far. */
  loadScheduleDuties: () => Promise<ScheduleDuties>;
}

/**
 * One minute's round. Each duty stands for itself: what one cannot do is one error line, and the others go on. The
 * figures that are missing then are an alarm of their own.
 */
export const sweep = async (given: TickDeps): Promise<void> => {
  const { clock, log, holds, stage } = given;
  const tally = createTally(log);
  const deps = { ...given, tally };
  const duty = async <T>(name: string, work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      log.error({ err: error, duty: name }, 'duty left to the next tick');
      return undefined;
    } finally {
      await tally.flush();
    }
  };

  const due = await duty('due', () => sweepDue(deps));
  const reported = await duty('expired', () => deps.reportExpired({ stage }, deps));
  const deadLetters = await duty('dead letters', deps.countDeadLetters);
  let released = 0;
  for (const hold of holds) {
    released += (await duty(`held-${hold.name}`, () => sweepHeld(hold, deps))) ?? 0;
  }
  const recounted = await duty('recount', () => deps.recountHours(deps));

  const schedules = await duty('schedules loaded', deps.loadScheduleDuties);
  const drift = schedules && (await duty('schedule group', () => schedules.reconcile(deps)));
  const rows = schedules && (await duty('schedules', schedules.readSchedules));
  if (schedules !== undefined && rows !== undefined) {
    released += (await duty('overlap', () => schedules.releaseWaiting(rows.active, deps))) ?? 0;
    await duty('presence', () => schedules.watch(rows.active, { ...deps, stage }));
    await duty('schedule ends', () => schedules.advance(rows, deps));
  }

  const circuit = deps.worstCircuit();
  const measured = {
    ...(due && { OldestDueSeconds: due.oldestDueSeconds }),
    ...(deadLetters !== undefined && { DLQMessageCount: deadLetters }),
    // Again each minute: an alarm whose metric comes at changes alone would end while the breaker stays open.
    ...(circuit !== undefined && { CircuitBreakerState: circuit }),
  };
  log.info(
    {
      ...metricFields(measured, { nowMs: clock.now() }),
      published: due?.published,
      ended: due?.ended,
      reported,
      released,
      drift,
      recounted,
    },
    'tick',
  );
};
