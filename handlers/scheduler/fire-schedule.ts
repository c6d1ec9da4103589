import * as z from 'zod/mini';
import { iso } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { Logger } from '#lib/platform/logger.ts';
import { metricFields } from '#lib/platform/metrics.ts';
import type { FireOutcome } from '#lib/schedules/fires/fire.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import { firesIn, toMinute } from '#lib/schedules/timing.ts';

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
    minuteMs: number,
    log: Logger,
  ) => Promise<{ id: string; outcome: FireOutcome }>;
}

const FireSchema = z.object({
  kind: z.literal('fire'),
  schedule_id: z.string().check(z.minLength(1), z.maxLength(64)),
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
  const minuteMs = toMinute(Number.isNaN(saidMs) ? sentMs : saidMs);
  const log = rootLog.child({ schedule_id, scheduled_time: iso(minuteMs) });
  const reason = whyNot(schedule, { minuteMs, revision });
  if (reason !== undefined) {
    log.info({ reason }, 'fire ignored');
    return 'ignored';
  }
  const { id, outcome } = await fire(schedule, minuteMs, log);
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

/** Why a fire does nothing, if so. */
const whyNot = (
  schedule: Schedule,
  { minuteMs, revision = schedule.revision }: { minuteMs: number; revision?: number | undefined },
): string | undefined => {
  const { status, start_date, end_date, max_runs, execution_count, last_fired_at } = schedule;
  if (status !== 'active') return status;
  // What was due before its dates changed does not heed them.
  const isOwed = schedule.owed?.some((time) => toMinute(Date.parse(time)) === minuteMs);
  if (!isOwed && start_date !== undefined && minuteMs < toMinute(Date.parse(start_date))) {
    return 'not begun';
  }
  if (!isOwed && end_date !== undefined && minuteMs > Date.parse(end_date)) return 'over';
  // A duplicate of the last one must still be told from one run too many.
  const isNew = last_fired_at === undefined || last_fired_at < iso(minuteMs);
  if (isNew && max_runs !== undefined && execution_count >= max_runs) return 'ran often enough';
  // What an older revision sent before it was replaced counts; what it sends afterwards only if it is due anyway.
  const isFormer = revision < schedule.revision && minuteMs >= Date.parse(schedule.revised_date);
  return isFormer && !firesIn(schedule, minuteMs) ? 'former revision' : undefined;
};

const parseFire = (body: string): z.output<typeof FireSchema> => {
  try {
    return z.parse(FireSchema, JSON.parse(body));
  } catch (cause) {
    throw new AppError('invalid', 'UNREADABLE_FIRE', 'the body is not a fire', { cause });
  }
};
