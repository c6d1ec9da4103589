import { findRun } from '#lib/data/messages/find-run.ts';
import { find } from '#lib/data/messages/messages.ts';
import type { Message } from '#lib/messages/message.ts';
import { isTerminal } from '#lib/messages/transitions.ts';
import { SECOND_MS } from '#lib/platform/clock.ts';
import type { SlottedFire } from '#lib/schedules/schedule.ts';

/** The index of runs lags. After this time, it shows every message of a run that has ended. Milliseconds. */
const INDEX_LAG_MS = 15 * SECOND_MS;

/** A person decided, or nobody did. Nothing is wrong with the schedule. */
const NOT_ALLOWED: readonly unknown[] = ['APPROVAL_DENIED', 'APPROVAL_EXPIRED'];

export type RunState = 'open' | 'completed' | 'failed';

/**
 * The state of the run of a fire. Pushes do not count, so a push that waits for its server does not keep the run open. The
 * first message always counts, even if it is a push. A message that was not allowed counts as completed.
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
  if (endedMs + INDEX_LAG_MS > nowMs) return 'open';
  const isCompleted = counted.every(
    ({ status, error_code }) =>
      status === 'completed' || (status === 'failed' && NOT_ALLOWED.includes(error_code)),
  );
  return isCompleted ? 'completed' : 'failed';
};

/** Whether the run of a fire that a row names is open. If its message does not exist, it is open until `valid_until`. */
export const isOpen = async (
  { message_id, valid_until }: SlottedFire,
  nowMs: number,
): Promise<boolean> => {
  const message = await find(message_id);
  if (message === undefined) return Date.parse(valid_until) > nowMs;
  return (await runStateOf(message, nowMs)) === 'open';
};
