import { find } from '#lib/data/messages/messages.ts';
import { findRun } from '#lib/data/messages/run-members.ts';
import type { Message } from '#lib/messages/message.ts';
import { isTerminal } from '#lib/messages/transitions.ts';
import { SECOND_MS } from '#lib/platform/clock.ts';
import type { NamedFire } from '#lib/schedules/schedule.ts';

/** The index of runs lags: what ended this long ago has no child that nobody sees. Milliseconds. */
const SETTLED_MS = 15 * SECOND_MS;

export type RunState = 'open' | 'completed' | 'failed';

/**
 * How the run of a fire stands. A push that waits for its server holds nothing up: messages of type `notify` do not
 * count, unless the fire itself is one.
 */
export const runStateOf = async (fire: Message, nowMs: number): Promise<RunState> => {
  const { members } = await findRun(fire);
  const counted = members.filter(
    ({ id, message_type }) => id === fire.id || message_type !== 'notify',
  );
  const isOver = counted.every(
    ({ status, valid_until }) => isTerminal(status) || Date.parse(valid_until) <= nowMs,
  );
  if (!isOver) return 'open';
  const endedMs = Math.max(
    ...counted.map(({ updated_date, processing_completed_at }) =>
      Date.parse(processing_completed_at ?? updated_date),
    ),
  );
  if (endedMs + SETTLED_MS > nowMs) return 'open';
  return counted.every(({ status }) => status === 'completed') ? 'completed' : 'failed';
};

/** Whether a fire that a row names is still to be waited for; one whose message is not there yet is, while it is valid. */
export const isOpen = async (
  { message_id, valid_until }: NamedFire,
  nowMs: number,
): Promise<boolean> => {
  const message = await find(message_id);
  if (message === undefined) return Date.parse(valid_until) > nowMs;
  return (await runStateOf(message, nowMs)) === 'open';
};
