import { findAll } from '#lib/data/messages/messages.ts';
import type { Message } from '#lib/messages/message.ts';
import { DAY_MS, iso, SECOND_MS } from '#lib/platform/clock.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import { occurrencesBetween, toMinute } from '#lib/schedules/timing.ts';
import { fireId } from './fire-message.ts';

export interface PastFire {
  scheduled_time: string;
  outcome: 'fired' | 'skipped' | 'missed';
  /** Whether the message was created later than the grace time allows. */
  late: boolean;
  message_id?: string;
  /** The status of the message. */
  status?: Message['status'];
}

/**
 * A request that has looked for this many messages looks for no more. Each window has at most a day more than all windows
 * before it, so it looks for at most about twice as many.
 */
const ENOUGH_LOOKED_FOR = 1_000;
const MAX_WINDOW_MS = 64 * DAY_MS;

/**
 * The fires before a time, newest first. No list of fires is stored: the ids of their messages are calculated from the
 * occurrences of the present times, and found for as long as messages are kept. The row has the newest fires at other
 * times, and the newest occurrences without a message.
 * @returns `nextMs`: continue before this time; absent when there are no more
 */
export const pastFires = async (
  schedule: Schedule,
  { beforeMs, limit }: { beforeMs: number; limit: number },
): Promise<{ fires: PastFire[]; nextMs?: number }> => {
  const firstMs = toMinute(Date.parse(schedule.created_date));
  const fires: PastFire[] = [];
  let toMs = beforeMs;
  let lookedFor = 0;
  for (let windowMs = DAY_MS; toMs > firstMs && lookedFor < ENOUGH_LOOKED_FOR; windowMs *= 2) {
    const fromMs = Math.max(firstMs, toMs - Math.min(windowMs, MAX_WINDOW_MS));
    const found = await firesWithin(schedule, fromMs, toMs);
    lookedFor += found.lookedFor;
    fires.push(...found.fires);
    toMs = fromMs;
    const last = fires[limit - 1];
    if (last !== undefined) {
      const isAll = fires.length === limit && toMs <= firstMs;
      const page = fires.slice(0, limit);
      return isAll ? { fires: page } : { fires: page, nextMs: Date.parse(last.scheduled_time) };
    }
  }
  return toMs > firstMs ? { fires, nextMs: toMs } : { fires };
};

const firesWithin = async (schedule: Schedule, fromMs: number, toMs: number) => {
  const { id, last_fired_at, unexpected_fires = [], exceptions = [], expect } = schedule;
  const isWithin = (ms: number) => ms >= fromMs && ms < toMs;
  const max = Number.POSITIVE_INFINITY;
  const occurrences = occurrencesBetween(schedule, { fromMs, toMs, max });
  const others = [...unexpected_fires, ...(last_fired_at === undefined ? [] : [last_fired_at])];
  const times = new Set(
    [...occurrences.map(toMinute), ...others.map((time) => Date.parse(time))].filter(isWithin),
  );
  const ids = new Map([...times].map((ms) => [fireId(id, ms), ms]));
  const messages = await findAll([...ids.keys()]);
  const byTime = new Map<number, PastFire>();
  for (const { scheduled_time, outcome } of exceptions) {
    const ms = Date.parse(scheduled_time);
    // A shifted fire is listed at its own scheduled time.
    if (isWithin(ms) && outcome !== 'shifted') {
      byTime.set(ms, { scheduled_time, outcome, late: false });
    }
  }
  for (const message of messages) {
    const ms = ids.get(message.id) ?? 0;
    byTime.set(ms, {
      scheduled_time: iso(ms),
      outcome: 'fired',
      late: Date.parse(message.created_date) - ms > expect.grace_seconds * SECOND_MS,
      message_id: message.id,
      status: message.status,
    });
  }
  const fires = [...byTime.entries()].sort(([a], [b]) => b - a).map(([, fire]) => fire);
  return { fires, lookedFor: Math.max(1, times.size) };
};
