import * as z from 'zod/mini';
import { iso } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { Logger } from '#lib/platform/logger.ts';
import { metricFields } from '#lib/platform/metrics.ts';
import type { DueFire, FireResult } from '#lib/schedules/fires/fire.ts';
import { ignoreReason } from '#lib/schedules/fires/ignore-reason.ts';
import { isUnexpected } from '#lib/schedules/presence/zone-data.ts';
import { retryOnChange } from '#lib/schedules/retry-on-change.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import { toMinute } from '#lib/schedules/timing.ts';

/** A fire as EventBridge Scheduler puts it into the queue. */
export interface QueuedFire {
  body: string;
  /** When the record was put into the queue, the same on every redelivery. Milliseconds since the Unix epoch. */
  sentMs: number;
}

/** The dependencies of `fireSchedule`. */
export interface FireScheduleDeps {
  nowMs: number;
  log: Logger;
  findSchedule: (id: string) => Promise<Schedule | undefined>;
  /** One fire → one message; see `lib/schedules/fires/fire.ts`. */
  fire: (schedule: Schedule, due: DueFire, log: Logger) => Promise<FireResult | undefined>;
}

const FireSchema = z.object({
  kind: z.literal('fire'),
  schedule_id: z.string().check(z.minLength(1), z.maxLength(64)),
  /** The timing revision that sent it. */
  revision: z.optional(z.number()),
  scheduled_time: z.string(),
});

/** An ISO instant. EventBridge replaces the placeholder of the scheduled time; a direct invocation may not. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

/**
 * Creates the message of a fire, if the row of its schedule allows it. If another write changes the row first, the row is
 * read again and decides again.
 * @throws AppError `invalid` / `UNREADABLE_FIRE`; `not-found` / `SCHEDULE_NOT_FOUND`; `conflict` / `SCHEDULE_CHANGED`;
 * `unavailable`. After each of them the record must be delivered again, because no row exists for the fire yet.
 */
export const fireSchedule = async (
  { body, sentMs }: QueuedFire,
  { nowMs, log: rootLog, findSchedule, fire }: FireScheduleDeps,
): Promise<FireResult['outcome'] | 'ignored'> => {
  const { schedule_id, revision, scheduled_time } = parseFire(body);
  const statedMs = INSTANT.test(scheduled_time) ? Date.parse(scheduled_time) : Number.NaN;
  const isTimeKnown = !Number.isNaN(statedMs);
  const scheduledMs = isTimeKnown ? statedMs : toMinute(sentMs);
  const minuteMs = toMinute(scheduledMs);
  const log = rootLog.child({ schedule_id, scheduled_time: iso(minuteMs) });

  return retryOnChange(schedule_id, 'it fired', async () => {
    const schedule = await findSchedule(schedule_id);
    if (schedule === undefined) {
      throw new AppError('not-found', 'SCHEDULE_NOT_FOUND', `no schedule ${schedule_id}`);
    }
    const reason = ignoreReason(schedule, { scheduledMs, timingRevision: revision });
    if (reason !== undefined) {
      log.info({ reason }, 'fire ignored');
      return 'ignored';
    }
    const due = { minuteMs, isUnexpected: isTimeKnown && isUnexpected(schedule, scheduledMs) };
    const result = await fire(schedule, due, log);
    if (result !== undefined) logResult(schedule, result, { log, nowMs, minuteMs });
    return result?.outcome;
  });
};

const logResult = (
  { target: { message_type } }: Schedule,
  { id, outcome }: FireResult,
  { log, nowMs, minuteMs }: { log: Logger; nowMs: number; minuteMs: number },
): void => {
  const fields = { correlation_id: id, message_id: id, message_type, outcome };
  if (outcome === 'duplicate') log.info(fields, 'duplicate fire');
  else if (outcome === 'skipped') log.info(fields, 'fire skipped');
  else {
    const metrics = { MessagesCreated: 1, ScheduleDrift: nowMs - minuteMs };
    log.info({ ...fields, ...metricFields(metrics, { nowMs }) }, 'schedule fired');
  }
};

const parseFire = (body: string): z.output<typeof FireSchema> => {
  try {
    return z.parse(FireSchema, JSON.parse(body));
  } catch (cause) {
    throw new AppError('invalid', 'UNREADABLE_FIRE', 'the body is not a fire', { cause });
  }
};
