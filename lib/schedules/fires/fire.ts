import { find } from '#lib/data/messages/messages.ts';
import { recordExceptions, takePlace } from '#lib/data/schedules/schedule-fires.ts';
import { findSchedule } from '#lib/data/schedules/schedules.ts';
import { type ProduceDeps, produceOnce, putHeld } from '#lib/engine/produce.ts';
import type { Message } from '#lib/messages/message.ts';
import { iso } from '#lib/platform/clock.ts';
import type { Stage } from '#lib/platform/env.ts';
import { AppError } from '#lib/platform/errors.ts';
import { lazily } from '#lib/platform/lazily.ts';
import {
  type FireException,
  OVERLAP,
  type PlacedFire,
  type Schedule,
} from '#lib/schedules/schedule.ts';
import { fireId, fireMessage } from './fire-message.ts';
import { recordRun } from './record-run.ts';

export interface FireDeps extends ProduceDeps {
  stage: Stage;
}

/** What fires: the UTC minute, and whether it is an occurrence that we calculate. */
export interface DueFire {
  minuteMs: number;
  isUnexpected?: boolean;
}

export type FireOutcome = 'fired' | 'waiting' | 'duplicate' | 'skipped';

/** How often a skipped fire is recorded when other changes are faster. */
const TRIES = 5;

/** Only schedules whose runs must not overlap need it. */
const isOpen = lazily(async () => (await import('./run-state.ts')).isOpen);

/**
 * One fire of a schedule → one message, unless the overlap rule says otherwise. It is safe to repeat: a duplicate finds
 * the message.
 * @param schedule the active row, from a consistent read
 * @throws AppError `conflict` / `SCHEDULE_CHANGED` when another fire was faster: repeat the call; `unavailable`
 */
export const fire = async (
  schedule: Schedule,
  { minuteMs, isUnexpected }: DueFire,
  deps: FireDeps,
): Promise<{ id: string; outcome: FireOutcome }> => {
  const id = fireId(schedule.id, minuteMs);
  const run = { minuteMs, messageId: id, isUnexpected };
  if ((await find(id)) !== undefined) {
    await recordRun(schedule, run);
    return { id, outcome: 'duplicate' };
  }
  if (wasSkipped(schedule, minuteMs)) return { id, outcome: 'skipped' };
  const nowMs = deps.clock.now();
  const message = fireMessage(schedule, minuteMs, { id, stage: deps.stage, nowMs });
  const placed = { message_id: id, valid_until: message.valid_until };
  const place = schedule.overlap === 'allow' ? 'running' : await placeOf(schedule, placed, nowMs);
  if (place === undefined) {
    await recordException(schedule, { scheduled_time: iso(minuteMs), outcome: 'skipped' });
    return { id, outcome: 'skipped' };
  }
  const isPut =
    place === 'waiting' ? await putHeld(held(message), deps) : await produceOnce(message, deps);
  await recordRun(schedule, run);
  if (!isPut) return { id, outcome: 'duplicate' };
  return { id, outcome: place === 'waiting' ? 'waiting' : 'fired' };
};

/** A skipped fire stays skipped, also when it arrives again after the open run is over. */
const wasSkipped = ({ exceptions = [] }: Schedule, minuteMs: number): boolean =>
  exceptions.some(
    ({ scheduled_time, outcome }) => outcome === 'skipped' && scheduled_time === iso(minuteMs),
  );

/** @throws AppError `conflict` / `SCHEDULE_CHANGED` */
const recordException = async (schedule: Schedule, exception: FireException): Promise<void> => {
  let row: Schedule | undefined = schedule;
  for (let tries = 0; row !== undefined && tries < TRIES; tries += 1) {
    const isKnown = row.exceptions?.some(
      ({ scheduled_time }) => scheduled_time === exception.scheduled_time,
    );
    if (isKnown || (await recordExceptions(row, { exceptions: [exception] }))) return;
    row = await findSchedule(schedule.id);
  }
  if (row !== undefined) throw fasterFireError(schedule.id);
};

/**
 * The place of a fire. The row names the fire before its message is put, so that a later fire finds it.
 * @returns `undefined` when the fire is skipped
 */
const placeOf = async (
  schedule: Schedule,
  placed: PlacedFire,
  nowMs: number,
): Promise<'running' | 'waiting' | undefined> => {
  const { running, waiting, overlap, id } = schedule;
  if (running?.message_id === placed.message_id) return 'running';
  if (waiting?.message_id === placed.message_id) return 'waiting';
  const isFree = running === undefined || !(await isOpen(running, nowMs));
  const isQueued = waiting !== undefined && (await isOpen(waiting, nowMs));
  if (isQueued || (!isFree && overlap === 'skip')) return undefined;
  const place = isFree ? 'running' : 'waiting';
  if (!(await takePlace(schedule, place, placed))) throw fasterFireError(id);
  return place;
};

/** Put without a wake-up. The sweeper releases it when the open run is over. */
const held = (message: Message): Message => ({
  ...message,
  due_bucket: `held-${OVERLAP}`,
  next_due_at: message.valid_until,
});

const fasterFireError = (id: string) =>
  new AppError('conflict', 'SCHEDULE_CHANGED', `another fire of ${id} was faster`);
