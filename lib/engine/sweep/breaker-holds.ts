import { readBreaker } from '#lib/data/breakers.ts';
import { circuitFigureOf, releaseOf } from '#lib/http/breaker/breaker-state.ts';
import type { Clock } from '#lib/platform/clock.ts';
import type { Hold } from './sweep-held.ts';

/** What a tick learns of the breakers: what it may release, and how bad it stands. */
export interface BreakerHolds {
  holds: Hold[];
  /** The figure of the worst breaker that was looked at; `undefined` when none could be. */
  worst: () => number | undefined;
}

/** A hold for each service behind a breaker. Each row is read once, for both. */
export const breakerHolds = (
  services: readonly string[],
  { clock }: { clock: Pick<Clock, 'now'> },
): BreakerHolds => {
  const figures: number[] = [];
  return {
    holds: services.map((name) => ({
      name,
      look: async () => {
        const row = await readBreaker(name);
        const nowMs = clock.now();
        figures.push(circuitFigureOf(row, nowMs));
        return releaseOf(row, nowMs);
      },
    })),
    worst: () => (figures.length > 0 ? Math.max(...figures) : undefined),
  };
};
