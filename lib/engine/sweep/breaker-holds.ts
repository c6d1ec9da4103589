import { readBreaker, readServiceNames } from '#lib/data/breakers.ts';
import { circuitMetricOf, releaseOf } from '#lib/http/breaker/breaker-rules.ts';
import type { BreakerState } from '#lib/http/breaker/breaker-schema.ts';
import type { Clock } from '#lib/platform/clock.ts';
import type { Logger } from '#lib/platform/logger.ts';
import type { Hold } from './sweep-held.ts';

/** What one tick reads of the breakers: what may be released, the states, and the worst state. */
export interface BreakerHolds {
  /**
   * A hold for each service of the code and of the list of names. If the list cannot be read, only those of the code. Never
   * rejects.
   */
  holds: () => Promise<Hold[]>;
  /** The breakers whose holds were checked, by service. */
  seen: ReadonlyMap<string, BreakerState>;
  /** The metric of the worst breaker that was read; `undefined` when none could be read. */
  worst: () => number | undefined;
}

/** The holds of the services that have a breaker. Each row is read once, for all purposes. */
export const breakerHolds = (
  servicesInCode: readonly string[],
  { clock, log }: { clock: Pick<Clock, 'now'>; log: Logger },
): BreakerHolds => {
  const metrics: number[] = [];
  const seen = new Map<string, BreakerState>();
  const listed = () =>
    readServiceNames().catch((error: unknown) => {
      log.warn(
        { err: error },
        'names of services not read, only the breakers of the code are checked',
      );
      return [];
    });
  return {
    holds: async () =>
      [...new Set([...servicesInCode, ...(await listed())])].map((name) => ({
        name,
        check: async () => {
          const row = await readBreaker(name);
          const nowMs = clock.now();
          if (row !== undefined) seen.set(name, row);
          metrics.push(circuitMetricOf(row, nowMs));
          return releaseOf(row, nowMs);
        },
      })),
    seen,
    worst: () => (metrics.length > 0 ? Math.max(...metrics) : undefined),
  };
};
