import { type DueKey, findDue, release } from '#lib/data/messages/message-sweeps.ts';
import { endIfOver } from '#lib/engine/give-up.ts';
import { SECOND_MS } from '#lib/platform/clock.ts';
import { fulfilledOf } from './fulfilled.ts';
import { readRows } from './read-rows.ts';
import type { SweepDeps } from './sweep-due.ts';

/** What messages can wait for, and whether they may go: a flag, a service behind a breaker. */
export interface Hold {
  name: string;
  /** One look, not cached. `one`: a trial is due. */
  look: () => Promise<'all' | 'one' | 'none'>;
}

/** Messages released per second. */
const RATE = 20;
const CHUNK = 10;
const MAX_PER_TICK = 1_000;
/** A trial takes one of the first so many at random, so that no single message can block the line. */
const TRIAL_DRAW = 100;

/**
 * Expire what waited too long, and release what waits for something that is back: at a rate, so that a recovered
 * service is not thrown down again. What cannot be looked at releases nothing.
 * @returns how many were released
 */
export const sweepHeld = async (hold: Hold, deps: SweepDeps): Promise<number> => {
  const { clock, deadlineMs, log } = deps;
  await expire(hold, deps);
  const may = await hold.look().catch((error: unknown) => {
    log.warn({ err: error, held_by: hold.name }, 'nothing released: the state is unknown');
    return 'none' as const;
  });
  if (may === 'none') return 0;

  const limit = may === 'one' ? TRIAL_DRAW : MAX_PER_TICK;
  const keys = await findDue({ heldBy: hold.name, limit });
  if (may === 'one') {
    const drawn = keys[Math.floor(Math.random() * keys.length)];
    return drawn === undefined ? 0 : releaseAll([drawn], hold, deps);
  }
  let released = 0;
  for (let start = 0; start < keys.length && clock.now() < deadlineMs; start += CHUNK) {
    if (start > 0) await clock.sleep((CHUNK / RATE) * SECOND_MS);
    released += await releaseAll(keys.slice(start, start + CHUNK), hold, deps);
  }
  return released;
};

const expire = async (hold: Hold, deps: SweepDeps): Promise<void> => {
  const { clock, deadlineMs, log } = deps;
  const keys = await findDue({ heldBy: hold.name, untilMs: clock.now(), limit: MAX_PER_TICK });
  for (let start = 0; start < keys.length && clock.now() < deadlineMs; start += CHUNK) {
    const ids = keys.slice(start, start + CHUNK).map(({ id }) => id);
    const { rows } = await readRows(ids, deps);
    const ends = await Promise.allSettled(
      [...rows.values()].map(async (row) => endIfOver(row, deps)),
    );
    for (const end of ends) {
      if (end.status === 'fulfilled') continue;
      log.warn({ err: end.reason, held_by: hold.name }, 'expired message left to the next tick');
    }
  }
};

const releaseAll = async (
  keys: readonly DueKey[],
  hold: Hold,
  deps: SweepDeps,
): Promise<number> => {
  const { clock, log, publisher } = deps;
  const results = await Promise.allSettled(
    keys.map(async ({ id }) => release(id, hold.name, clock.now())),
  );
  const { values, away } = fulfilledOf(results, keys, log);
  if (values.length > 0) {
    try {
      await publisher.publishAll(values, { nowMs: clock.now() });
    } catch (error) {
      log.warn({ err: error, messages: values.length }, 'wake-up left to the sweeper');
    }
  }
  if (away) throw away;
  return values.length;
};
