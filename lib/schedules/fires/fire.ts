import { find } from '#lib/data/messages/messages.ts';
import { nameFire, noteExceptions } from '#lib/data/schedules/schedule-fires.ts';
import { findSchedule } from '#lib/data/schedules/schedules.ts';
import { type ProduceDeps, produceOnce, putHeld } from '#lib/engine/produce.ts';
import type { Message } from '#lib/messages/message.ts';
import { iso } from '#lib/platform/clock.ts';
import type { Stage } from '#lib/platform/env.ts';
import { AppError } from '#lib/platform/errors.ts';
import { lazily } from '#lib/platform/lazily.ts';
import {
  type FireException,
  type NamedFire,
  OVERLAP,
  type Schedule,
} from '#lib/schedules/schedule.ts';
import { fireId, messageOf } from './fire-message.ts';
import { noteRun } from './note-run.ts';

export interface FireDeps extends ProduceDeps {
  stage: Stage;
}

/** What fires: the UTC minute, and whether it is an occurrence that we calculate. */
export interface DueFire {
  minuteMs: number;
  isUnexpected?: boolean;
}

export type FireOutcome = 'fired' | 'waiting' | 'duplicate' | 'skipped';

const NOTE_TRIES = 5;

/** Asked only for schedules whose runs must not overlap. */
const isOpen = lazily(async () => (await import('./run-state.ts')).isOpen);

/**
 * One fire of a schedule → one message, unless another run is in its way. Everything may be done again: who comes second
 * finds what the first one did.
 * @param schedule as its row was read consistently, active
 * @throws AppError `conflict` / `SCHEDULE_CHANGED` when another fire was faster: fire again; `unavailable`
 */
export const fire = async (
  schedule: Schedule,
  { minuteMs, isUnexpected }: DueFire,
  deps: FireDeps,
): Promise<{ id: string; outcome: FireOutcome }> => {
  const id = fireId(schedule.id, minuteMs);
  const noted = { minuteMs, messageId: id, isUnexpected };
  if ((await find(id)) !== undefined) {
    await noteRun(schedule, noted);
    return { id, outcome: 'duplicate' };
  }
  if (wasSkipped(schedule, minuteMs)) return { id, outcome: 'skipped' };
  const nowMs = deps.clock.now();
  const message = messageOf(schedule, minuteMs, { id, stage: deps.stage, nowMs });
  const named = { message_id: id, valid_until: message.valid_until };
  const place = schedule.overlap === 'allow' ? 'running' : await placeOf(schedule, named, nowMs);
  if (place === undefined) {
    await except(schedule, { scheduled_time: iso(minuteMs), outcome: 'skipped' });
    return { id, outcome: 'skipped' };
  }
  const made =
    place === 'waiting' ? await putHeld(held(message), deps) : await produceOnce(message, deps);
  await noteRun(schedule, noted);
  if (!made) return { id, outcome: 'duplicate' };
  return { id, outcome: place === 'waiting' ? 'waiting' : 'fired' };
};

/** Decided once: a duplicate that comes when the run before is over is no reason to run it after all. */
const wasSkipped = ({ exceptions = [] }: Schedule, minuteMs: number): boolean =>
  exceptions.some(
    ({ scheduled_time, outcome }) => outcome === 'skipped' && scheduled_time === iso(minuteMs),
  );

/** Remember what did not happen. @throws AppError `conflict` / `SCHEDULE_CHANGED` */
const except = async (schedule: Schedule, exception: FireException): Promise<void> => {
  let row: Schedule | undefined = schedule;
  for (let tries = 0; row !== undefined && tries < NOTE_TRIES; tries += 1) {
    const known = row.exceptions?.some(
      ({ scheduled_time }) => scheduled_time === exception.scheduled_time,
    );
    if (known || (await noteExceptions(row, { exceptions: [exception] }))) return;
    row = await findSchedule(schedule.id);
  }
  if (row !== undefined) throw raced(schedule.id);
};

/**
 * Where a fire may go, its name written there before its message is put: whoever comes later finds it.
 * @returns `undefined` when it is skipped
 */
const placeOf = async (
  schedule: Schedule,
  named: NamedFire,
  nowMs: number,
): Promise<'running' | 'waiting' | undefined> => {
  const { running, waiting, overlap, id } = schedule;
  if (running?.message_id === named.message_id) return 'running';
  if (waiting?.message_id === named.message_id) return 'waiting';
  const isFree = running === undefined || !(await isOpen(running, nowMs));
  const isQueued = waiting !== undefined && (await isOpen(waiting, nowMs));
  if (isQueued || (!isFree && overlap === 'skip')) return undefined;
  const place = isFree ? 'running' : 'waiting';
  if (!(await nameFire(schedule, place, named))) throw raced(id);
  return place;
};

/** Put without a wake-up: the sweeper releases it when the run before it is over. */
const held = (message: Message): Message => ({
  ...message,
  due_bucket: `held-${OVERLAP}`,
  next_due_at: message.valid_until,
});

const raced = (id: string) =>
  new AppError('conflict', 'SCHEDULE_CHANGED', `another fire of ${id} was faster`);
