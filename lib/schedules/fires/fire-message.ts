import type { Message } from '#lib/messages/message.ts';
import { newMessage } from '#lib/messages/new-message.ts';
import { iso, SECOND_MS } from '#lib/platform/clock.ts';
import type { Stage } from '#lib/platform/env.ts';
import { derivedMessageId } from '#lib/platform/id.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';

/** The id of the message of a fire: from schedule and minute, not from the revision, so a duplicate is the same message. */
export const fireId = (scheduleId: string, minuteMs: number): string =>
  derivedMessageId(minuteMs, 'fire', scheduleId, minuteMs);

/** The message that a schedule sends for a scheduled time. It is not put yet. */
export const fireMessage = (
  { target, valid_for_seconds }: Schedule,
  scheduledMs: number,
  { id, stage, nowMs }: { id: string; stage: Stage; nowMs: number },
): Message =>
  newMessage(
    {
      message_type: target.message_type,
      payload: target.payload,
      ...(target.arguments === undefined ? {} : { arguments: target.arguments }),
      valid_until: iso(scheduledMs + valid_for_seconds * SECOND_MS),
    },
    { id, created_by: 'scheduler', correlation_id: id },
    { stage, nowMs },
  );
