import type { Message } from '#lib/messages/message.ts';
import { newMessage } from '#lib/messages/new-message.ts';
import { iso, SECOND_MS } from '#lib/platform/clock.ts';
import type { Stage } from '#lib/platform/env.ts';
import { derivedMessageId } from '#lib/platform/id.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';

/** The id of a fire's message. It is derived from schedule and minute, so a duplicate of the fire has the same message. */
export const fireId = (scheduleId: string, minuteMs: number): string =>
  derivedMessageId(minuteMs, 'fire', scheduleId, minuteMs);

/** The message that a schedule sends for a scheduled time. */
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
