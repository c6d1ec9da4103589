import { findDue, release } from '#lib/data/messages/message-sweeps.ts';
import { promoteWaiting } from '#lib/data/schedules/schedule-fires.ts';
import type { ProduceDeps } from '#lib/engine/produce.ts';
import { MAX_HANDLED, OVERLAP, type Schedule } from '#lib/schedules/schedule.ts';
import { isOpen } from './run-state.ts';

/**
 * Releases the fires that wait for a run that is over, one for each schedule. The row names a fire as the running one before
 * it is released, so that no other fire runs at the same time.
 * @returns the number of released fires
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`
 */
export const releaseWaiting = async (
  rows: readonly Schedule[],
  { publisher, clock, log, deadlineMs }: ProduceDeps & { deadlineMs: number },
): Promise<number> => {
  const keys = await findDue({ heldBy: OVERLAP, limit: MAX_HANDLED });
  const held = new Set(keys.map(({ id }) => id));
  if (held.size === 0) return 0;
  let released = 0;
  for (const row of rows) {
    if (clock.now() >= deadlineMs) break;
    const id = await nextHeldId(row, held, clock.now());
    const message = id && (await release(id, OVERLAP, clock.now()));
    if (!message) continue;
    released += 1;
    try {
      await publisher.publishAll([message], { nowMs: clock.now() });
    } catch (error) {
      log.warn({ err: error, message_id: message.id }, 'wake-up not published, sweeper retries it');
    }
  }
  return released;
};

/** The held message that can run now. The row names it as the running one. */
const nextHeldId = async (
  row: Schedule,
  held: ReadonlySet<string>,
  nowMs: number,
): Promise<string | undefined> => {
  const { running, waiting } = row;
  // An earlier tick crashed after it named the fire and before it released the message.
  if (running !== undefined && held.has(running.message_id)) return running.message_id;
  if (waiting === undefined || !held.has(waiting.message_id)) return undefined;
  if (running !== undefined && (await isOpen(running, nowMs))) return undefined;
  return (await promoteWaiting(row, nowMs)) ? waiting.message_id : undefined;
};
