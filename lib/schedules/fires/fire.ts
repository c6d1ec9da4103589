import { find } from '#lib/data/messages/messages.ts';
import { recordExceptions, setRunningOrWaiting } from '#lib/data/schedules/schedule-fires.ts';
import { type ProduceDeps, produceOnce, putHeld } from '#lib/engine/produce.ts';
import type { Message } from '#lib/messages/message.ts';
import { iso } from '#lib/platform/clock.ts';
import type { Stage } from '#lib/platform/env.ts';
import { OVERLAP, type Schedule, type SlottedFire } from '#lib/schedules/schedule.ts';
import { fireId, fireMessage } from './fire-message.ts';
import { recordRun } from './record-run.ts';
import { isOpen } from './run-state.ts';

export interface FireDeps extends ProduceDeps {
  stage: Stage;
}

export interface DueFire {
  /** The scheduled time, a full minute in UTC. Milliseconds since the Unix epoch. */
  minuteMs: number;
  /** True if the platform does not calculate an occurrence at the scheduled time. */
  isUnexpected?: boolean;
}

export interface FireResult {
  /** The id of the fire's message, even if the fire was skipped. */
  id: string;
  outcome: 'fired' | 'waiting' | 'duplicate' | 'skipped';
}

/**
 * One fire of a schedule → one message, unless the overlap rule skips it. It is safe to repeat: a duplicate finds the
 * message.
 * @param schedule the active row, from a consistent read
 * @returns `undefined` when another write changed the row first and nothing was done: read the row and decide again
 * @throws AppError `conflict` / `SCHEDULE_CHANGED` when the message is put but not counted: repeat the call;
 * `unavailable`
 */
export const fire = async (
  schedule: Schedule,
  { minuteMs, isUnexpected }: DueFire,
  deps: FireDeps,
): Promise<FireResult | undefined> => {
  const id = fireId(schedule.id, minuteMs);
  const run = { minuteMs, messageId: id, isUnexpected };
  if ((await find(id)) !== undefined) {
    await recordRun(schedule, run);
    return { id, outcome: 'duplicate' };
  }
  const scheduled_time = iso(minuteMs);
  const exception = schedule.exceptions?.find((one) => one.scheduled_time === scheduled_time);
  // It stays skipped when it arrives again after the open run is over.
  if (exception?.outcome === 'skipped') return { id, outcome: 'skipped' };
  const nowMs = deps.clock.now();
  const message = fireMessage(schedule, minuteMs, { id, stage: deps.stage, nowMs });
  const slotted = { message_id: id, valid_until: message.valid_until };
  const slot = await slotOf(schedule, slotted, nowMs);
  if (slot === undefined) {
    const isRecorded =
      exception !== undefined ||
      (await recordExceptions(schedule, { exceptions: [{ scheduled_time, outcome: 'skipped' }] }));
    return isRecorded ? { id, outcome: 'skipped' } : undefined;
  }
  const isNamed = schedule.overlap === 'allow' || isInSlot(schedule, slot, slotted);
  // The row names the fire before its message is put, so that a later fire finds it.
  if (!isNamed && !(await setRunningOrWaiting(schedule, slot, slotted))) return undefined;
  const isPut =
    slot === 'waiting' ? await putHeld(held(message), deps) : await produceOnce(message, deps);
  await recordRun(schedule, run);
  if (!isPut) return { id, outcome: 'duplicate' };
  return { id, outcome: slot === 'waiting' ? 'waiting' : 'fired' };
};

type Slot = 'running' | 'waiting';

/** The slot that the overlap rule gives to a fire, `undefined` when it skips the fire. */
const slotOf = async (
  schedule: Schedule,
  slotted: SlottedFire,
  nowMs: number,
): Promise<Slot | undefined> => {
  const { running, waiting, overlap } = schedule;
  if (overlap === 'allow' || isInSlot(schedule, 'running', slotted)) return 'running';
  if (isInSlot(schedule, 'waiting', slotted)) return 'waiting';
  const isFree = running === undefined || !(await isOpen(running, nowMs));
  const hasWaiting = waiting !== undefined && (await isOpen(waiting, nowMs));
  if (hasWaiting || (!isFree && overlap === 'skip')) return undefined;
  return isFree ? 'running' : 'waiting';
};

/** Whether the row names this fire in that slot. */
const isInSlot = (schedule: Schedule, slot: Slot, { message_id }: SlottedFire): boolean =>
  schedule[slot]?.message_id === message_id;

/** A message that is put without a wake-up. The sweeper releases it when the open run is over. */
const held = (message: Message): Message => ({
  ...message,
  due_bucket: `held-${OVERLAP}`,
  next_due_at: message.valid_until,
});
