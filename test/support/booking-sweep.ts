import { APPROVAL_HOLD } from '#lib/approvals/approval-schema.ts';
import { releaseDecided } from '#lib/approvals/release-decided.ts';
import { createPublisher } from '#lib/bus/topics.ts';
import { createTally } from '#lib/counters/tally.ts';
import { findStaleEffects } from '#lib/data/effects/effect-lists.ts';
import { effectStore } from '#lib/data/effects/effect-store.ts';
import { unknownReports } from '#lib/effects/report-unknown.ts';
import { breakerHolds } from '#lib/engine/sweep/breaker-holds.ts';
import { sweepDue } from '#lib/engine/sweep/sweep-due.ts';
import { type Hold, sweepHeld } from '#lib/engine/sweep/sweep-held.ts';
import { TOPICS } from '#lib/messages/routes.ts';
import { MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import type { Chance } from './chance.ts';
import type { Invocation, World } from './world.ts';

/** Here messages only expire; `releaseDecided` releases them. */
const APPROVALS: Hold = { name: APPROVAL_HOLD, check: async () => 'none' };
const TIMEOUT_MS = MINUTE_MS;

/**
 * Ticks of the sweeper with only those of its tasks that concern web actions. A whole tick takes many times longer.
 * @returns a function that begins a tick
 */
export const bookingSweep = ({
  world: { clock, log, wire },
  chance,
}: {
  world: Pick<World, 'clock' | 'log' | 'wire'>;
  chance: Chance;
}): (() => Invocation) => {
  const publisher = createPublisher('sweeper', TOPICS);
  let reportUnknown = unknownReports();
  let ticks = 0;

  const tick = async () => {
    const own = clock.skewed(
      chance.pick('skew', 2) ? chance.between(-2 * SECOND_MS, 2 * SECOND_MS) : 0,
    );
    const tally = createTally(log);
    const deadlineMs = own.now() + TIMEOUT_MS - 5 * SECOND_MS;
    const deps = { publisher, clock: own, log, tally, deadlineMs };
    const quietly = (task: () => Promise<unknown>) => task().catch(() => undefined);
    await quietly(() => sweepDue(deps));
    await quietly(() => releaseDecided(deps));
    for (const hold of [APPROVALS, ...(await breakerHolds([], deps).holds())]) {
      await quietly(() => sweepHeld(hold, deps));
    }
    await quietly(() =>
      reportUnknown({
        ...deps,
        stage: 'dev',
        publicUrl: 'https://platform.example',
        store: effectStore({ clock: own }),
        findStale: findStaleEffects,
      }),
    );
    await tally.flush();
  };

  return () => {
    ticks += 1;
    // A new container knows nothing of what the one before reported.
    if (chance.pick('tick', 2)) reportUnknown = unknownReports();
    const instance = `sweeper-${ticks}`;
    let isOver = false;
    const done = wire.as(instance, tick).finally(() => {
      isOver = true;
    });
    done.catch(() => {});
    return {
      instance,
      done,
      records: [],
      startedMs: clock.now(),
      timeoutMs: TIMEOUT_MS,
      kill: () => {
        isOver = true;
        wire.kill(instance);
      },
      isOver: () => isOver,
    };
  };
};
