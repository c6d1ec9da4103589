import { countWith } from '#lib/counters/tally.ts';
import { find, markRedriven } from '#lib/data/messages/messages.ts';
import type { Message } from '#lib/messages/message.ts';
import { AppError } from '#lib/platform/errors.ts';
import { type ProduceDeps, wake } from './produce.ts';

/**
 * Redrives a failed message: resets it, stores who did it and why, and publishes its wake-up. Its children are not changed.
 * @throws AppError `not-found` / `MESSAGE_NOT_FOUND`; `conflict` / `NOT_FAILED`
 */
export const redrive = async (
  id: string,
  { by, reason }: { by: string; reason: string },
  deps: ProduceDeps,
): Promise<Message> => {
  const message = await find(id);
  if (message === undefined) {
    throw new AppError('not-found', 'MESSAGE_NOT_FOUND', `there is no message ${id}`);
  }
  const notFailedError = new AppError('conflict', 'NOT_FAILED', `message ${id} is not failed`);
  if (message.status !== 'failed') throw notFailedError;
  const redriven = await markRedriven(message, { by, reason, nowMs: deps.clock.now() });
  if (redriven === undefined) throw notFailedError;
  const [woken] = await Promise.all([
    wake(redriven, deps),
    countWith(deps, (tally) => tally.redriven(redriven)),
  ]);
  return woken;
};
