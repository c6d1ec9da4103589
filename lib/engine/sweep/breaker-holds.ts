import { readBreaker } from '#lib/data/breakers.ts';
import { circuitMetricOf, releaseOf } from '#lib/http/breaker/breaker-rules.ts';
import type { Clock } from '#lib/platform/clock.ts';
import type { Hold } from './sweep-held.ts';

/** What one tick reads of the breakers: what may be released, and the worst state. */
export interface BreakerHolds {
  holds: Hold[];
  /** The metric of the worst breaker that was read; `undefined` when none could be read. */
  worst: () => number | undefined;
}

/** A hold for each service that has a breaker. Each row is read once, for both purposes. */
export const breakerHolds = (
  services: readonly string[],
  { clock }: { clock: Pick<Clock, 'now'> },
): BreakerHolds => {
  const metrics: number[] = [];
  return {
    holds: services.map((name) => ({
      name,
      check: async () => {
        const row = await readBreaker(name);
        const nowMs = clock.now();
        metrics.push(circuitMetricOf(row, nowMs));
        return releaseOf(row, nowMs);
      },
    })),
    worst: () => (metrics.length > 0 ? Math.max(...metrics) : undefined),
  };
};
