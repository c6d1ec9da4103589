import * as z from 'zod/mini';
import { iso, MINUTE_MS, SECOND_MS } from '#lib/clock.ts';
import { AppError } from '#lib/errors.ts';
import { derivedMessageId } from '#lib/id.ts';
import type { Logger } from '#lib/log.ts';
import type { Message } from '#lib/messages/message.ts';
import { newMessage } from '#lib/messages/new-message.ts';
import { metricFields } from '#lib/metrics.ts';
import { BUILT_IN_SCHEDULES } from '#lib/schedules/built-in.ts';

/** A fire as EventBridge Scheduler puts it into the queue. */
export interface QueuedFire {
  body: string;
  /** When it was put there; every redelivery repeats it. Milliseconds since the Unix epoch. */
  sentMs: number;
}

/** What `fireSchedule` needs from the world. */
export interface FireDeps {
  stage: Message['stage'];
  nowMs: number;
  log: Logger;
  /** Puts the message unless it exists, and wakes its consumer; answers whether it made it. */
  produceOnce: (message: Message, log: Logger) => Promise<boolean>;
}

const FireSchema = z.object({
  kind: z.literal('fire'),
  schedule_id: z.string(),
  scheduled_time: z.string(),
});

/** An ISO instant; the placeholder that nobody filled in is none. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

/**
 * One fire → one message. Its id comes from the schedule and the scheduled minute, so a duplicate fire is the same
 * message.
 * @throws AppError `invalid` / `UNREADABLE_FIRE`; `not-found` / `SCHEDULE_NOT_FOUND`; `unavailable`. Behind a fire
 * stands no row yet: whatever is thrown, it must be delivered again.
 */
export const fireSchedule = async (
  { body, sentMs }: QueuedFire,
  { stage, nowMs, log: rootLog, produceOnce }: FireDeps,
): Promise<{ message: Message; made: boolean }> => {
  const fire = parseFire(body);
  const schedule = Object.hasOwn(BUILT_IN_SCHEDULES, fire.schedule_id)
    ? BUILT_IN_SCHEDULES[fire.schedule_id]
    : undefined;
  if (schedule === undefined) {
    throw new AppError('not-found', 'SCHEDULE_NOT_FOUND', `no schedule ${fire.schedule_id}`);
  }
  const saidMs = INSTANT.test(fire.scheduled_time) ? Date.parse(fire.scheduled_time) : Number.NaN;
  const scheduledMs = toMinute(Number.isNaN(saidMs) ? sentMs : saidMs);
  const id = derivedMessageId(scheduledMs, 'fire', fire.schedule_id, scheduledMs);
  const message = newMessage(
    { ...schedule, valid_until: iso(scheduledMs + schedule.valid_for_seconds * SECOND_MS) },
    { id, created_by: 'scheduler', correlation_id: id },
    { stage, nowMs },
  );
  const log = rootLog.child({
    correlation_id: id,
    message_id: id,
    message_type: message.message_type,
  });
  const made = await produceOnce(message, log);
  if (made) log.info(metricFields({ MessagesCreated: 1 }, { nowMs }), 'schedule fired');
  else log.info({}, 'duplicate fire');
  return { message, made };
};

const parseFire = (body: string): z.output<typeof FireSchema> => {
  try {
    return z.parse(FireSchema, JSON.parse(body));
  } catch (cause) {
    throw new AppError('invalid', 'UNREADABLE_FIRE', 'the body is not a fire', { cause });
  }
};

const toMinute = (ms: number) => Math.floor(ms / MINUTE_MS) * MINUTE_MS;
