import * as z from 'zod/mini';
import { iso } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { Logger } from '#lib/platform/logger.ts';
import { metricFields } from '#lib/platform/metrics.ts';
import type { DueFire, FireOutcome } from '#lib/schedules/fires/fire.ts';
import { ignoreReason } from '#lib/schedules/fires/ignore-reason.ts';
import { isUnexpected } from '#lib/schedules/presence/zone-data.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import { toMinute } from '#lib/schedules/timing.ts';

/** A fire as EventBridge Scheduler puts it into the queue. */
export interface QueuedFire {
  body: string;
  /** When it was put there; every redelivery repeats it. Milliseconds since the Unix epoch. */
  sentMs: number;
}

/** What `fireSchedule` needs from the world. */
export interface FireScheduleDeps {
  nowMs: number;
  log: Logger;
  findSchedule: (id: string) => Promise<Schedule | undefined>;
  /** One fire → one message; see `lib/schedules/fires/fire.ts`. */
  fire: (
    schedule: Schedule,
    due: DueFire,
    log: Logger,
  ) => Promise<{ id: string; outcome: FireOutcome }>;
}

const FireSchema = z.object({
  kind: z.literal('fire'),
  schedule_id: z.string().check(z.minLength(1), z.maxLength(64)),
  /** The timing revision that sent it. */
  revision: z.optional(z.number()),
  scheduled_time: z.string(),
});

/** An ISO instant; the placeholder that nobody filled in is none. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

/**
 * A fire of the queue is the schedule's fire if its row says so; who sent it decides nothing.
 * @throws AppError `invalid` / `UNREADABLE_FIRE`; `not-found` / `SCHEDULE_NOT_FOUND`; `conflict`; `unavailable`. Behind a
 * fire stands no row yet: whatever is thrown, it must be delivered again.
 */
export const fireSchedule = async (
  { body, sentMs }: QueuedFire,
  { nowMs, log: rootLog, findSchedule, fire }: FireScheduleDeps,
): Promise<FireOutcome | 'ignored'> => {
  const { schedule_id, revision, scheduled_time } = parseFire(body);
  const schedule = await findSchedule(schedule_id);
  if (schedule === undefined) {
    throw new AppError('not-found', 'SCHEDULE_NOT_FOUND', `no schedule ${schedule_id}`);
  }
  const saidMs = INSTANT.test(scheduled_time) ? Date.parse(scheduled_time) : Number.NaN;
  const isTimeKnown = !Number.isNaN(saidMs);
  const scheduledMs = isTimeKnown ? saidMs : toMinute(sentMs);
  const minuteMs = toMinute(scheduledMs);
  const log = rootLog.child({ schedule_id, scheduled_time: iso(minuteMs) });
  const reason = ignoreReason(schedule, { scheduledMs, timingRevision: revision });
  if (reason !== undefined) {
    log.info({ reason }, 'fire ignored');
    return 'ignored';
  }
  const due = { minuteMs, isUnexpected: isTimeKnown && isUnexpected(schedule, scheduledMs) };
  const { id, outcome } = await fire(schedule, due, log);
  const { message_type } = schedule.target;
  const fields = { correlation_id: id, message_id: id, message_type, outcome };
  const isMade = outcome === 'fired' || outcome === 'waiting';
  if (isMade)
    log.info(
      {
        ...fields,
        ...metricFields({ MessagesCreated: 1, ScheduleDrift: nowMs - minuteMs }, { nowMs }),
      },
      'schedule fired',
    );
  else log.info(fields, outcome === 'skipped' ? 'fire skipped' : 'duplicate fire');
  return outcome;
};

const parseFire = (body: string): z.output<typeof FireSchema> => {
  try {
    return z.parse(FireSchema, JSON.parse(body));
  } catch (cause) {
    throw new AppError('invalid', 'UNREADABLE_FIRE', 'the body is not a fire', { cause });
  }
};
