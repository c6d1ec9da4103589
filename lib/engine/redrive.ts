import { counting } from '#lib/counters/tally.ts';
import { find, redrive as send } from '#lib/data/messages/messages.ts';
import type { Message } from '#lib/messages/message.ts';
import { AppError } from '#lib/platform/errors.ts';
import { type ProduceDeps, wake } from './produce.ts';

/**
 * Send a failed message through once more, for a reason that is written down. Its children are left as they are.
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
  const notFailed = new AppError('conflict', 'NOT_FAILED', `message ${id} is not failed`);
  if (message.status !== 'failed') throw notFailed;
  const redriven = await send(message, { by, reason, nowMs: deps.clock.now() });
  if (redriven === undefined) throw notFailed;
  const [woken] = await Promise.all([
    wake(redriven, deps),
    counting(deps, (tally) => tally.redriven(redriven)),
  ]);
  return woken;
};
