import { type DueKey, findDue, release } from '#lib/data/messages/message-sweeps.ts';
import { giveUpIfNeeded } from '#lib/engine/give-up.ts';
import { SECOND_MS } from '#lib/platform/clock.ts';
import { fulfilledOf } from './fulfilled.ts';
import { readRows } from './read-rows.ts';
import type { SweepDeps } from './sweep-due.ts';

/** Something that holds messages: a flag, a service that has a breaker, an overlapping run. */
export interface Hold {
  name: string;
  /** How many messages may be released now, read without a cache. `one`: a trial of the breaker is due. */
  check: () => Promise<'all' | 'one' | 'none'>;
}

/** Messages released per second. */
const RATE = 20;
const CHUNK = 10;
const MAX_PER_TICK = 1_000;
/** A trial releases one of the first messages at random, so that no single message can block the others. */
const TRIAL_DRAW = 100;

/**
 * Expires held messages, and releases those that are not held any more: at a limited rate, so that a service that has just
 * recovered is not overloaded. If the state cannot be read, nothing is released.
 * @returns the number of released messages
 */
export const sweepHeld = async (hold: Hold, deps: SweepDeps): Promise<number> => {
  const { clock, deadlineMs, log } = deps;
  await expire(hold, deps);
  const allowed = await hold.check().catch((error: unknown) => {
    log.warn(
      { err: error, held_by: hold.name },
      'state of flag or breaker not read, no message released',
    );
    return 'none' as const;
  });
  if (allowed === 'none') return 0;

  const limit = allowed === 'one' ? TRIAL_DRAW : MAX_PER_TICK;
  const keys = await findDue({ heldBy: hold.name, limit });
  if (allowed === 'one') {
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
      [...rows.values()].map(async (row) => giveUpIfNeeded(row, deps)),
    );
    for (const end of ends) {
      if (end.status === 'fulfilled') continue;
      log.warn(
        { err: end.reason, held_by: hold.name },
        'expired message not updated, next tick retries it',
      );
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
  const { values, storeError } = fulfilledOf(results, keys, log);
  if (values.length > 0) {
    try {
      await publisher.publishAll(values, { nowMs: clock.now() });
    } catch (error) {
      log.warn(
        { err: error, messages: values.length },
        'wake-up not published, sweeper retries it',
      );
    }
  }
  if (storeError) throw storeError;
  return values.length;
};
