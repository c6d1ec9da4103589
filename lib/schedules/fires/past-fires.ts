import { findAll } from '#lib/data/messages/messages.ts';
import type { Message } from '#lib/messages/message.ts';
import { DAY_MS, iso, SECOND_MS } from '#lib/platform/clock.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import { firesBetween, toMinute } from '#lib/schedules/timing.ts';
import { fireId } from './fire-message.ts';

export interface PastFire {
  scheduled_time: string;
  outcome: 'fired' | 'skipped' | 'missed';
  /** Whether its message came later than the schedule expects. */
  late: boolean;
  message_id?: string;
  /** The status of its message. */
  status?: Message['status'];
}

/** One request looks for no more fires than this. */
const MAX_LOOKED_FOR = 2_000;
const MAX_WINDOW_MS = 64 * DAY_MS;

/**
 * The fires before a time, newest first. They are found by the ids that their times give them, so they need no list:
 * those at which the schedule fires as it is now, as long as messages are kept, and the newest that did not happen.
 * @returns `nextMs`: continue before then; absent when there is nothing more
 */
export const pastFires = async (
  schedule: Schedule,
  { beforeMs, limit }: { beforeMs: number; limit: number },
): Promise<{ fires: PastFire[]; nextMs?: number }> => {
  const firstMs = toMinute(Date.parse(schedule.created_date));
  const fires: PastFire[] = [];
  let toMs = beforeMs;
  let lookedFor = 0;
  for (let windowMs = DAY_MS; toMs > firstMs && lookedFor < MAX_LOOKED_FOR; windowMs *= 2) {
    const fromMs = Math.max(firstMs, toMs - Math.min(windowMs, MAX_WINDOW_MS));
    const found = await firesWithin(schedule, fromMs, toMs);
    lookedFor += found.lookedFor;
    fires.push(...found.fires);
    toMs = fromMs;
    const last = fires[limit - 1];
    if (last && fires.length >= limit) {
      const isAll = fires.length === limit && toMs <= firstMs;
      const page = fires.slice(0, limit);
      return isAll ? { fires: page } : { fires: page, nextMs: Date.parse(last.scheduled_time) };
    }
  }
  return toMs > firstMs ? { fires, nextMs: toMs } : { fires };
};

const firesWithin = async (schedule: Schedule, fromMs: number, toMs: number) => {
  const within = (ms: number) => ms >= fromMs && ms < toMs;
  const due = firesBetween(schedule, { fromMs, toMs, max: MAX_LOOKED_FOR });
  const times = new Set(due.map(toMinute).filter(within));
  if (schedule.last_fired_at !== undefined && within(Date.parse(schedule.last_fired_at))) {
    times.add(Date.parse(schedule.last_fired_at));
  }
  for (const time of schedule.unexpected_fires ?? []) {
    if (within(Date.parse(time))) times.add(Date.parse(time));
  }
  const ids = new Map([...times].map((ms) => [fireId(schedule.id, ms), ms]));
  const messages = await findAll([...ids.keys()]);
  const byTime = new Map<number, PastFire>();
  for (const { scheduled_time, outcome } of schedule.exceptions ?? []) {
    const ms = Date.parse(scheduled_time);
    if (within(ms) && outcome !== 'shifted')
      byTime.set(ms, { scheduled_time, outcome, late: false });
  }
  for (const { id, created_date, status } of messages) {
    const ms = ids.get(id) ?? 0;
    byTime.set(ms, {
      scheduled_time: iso(ms),
      outcome: 'fired',
      late: Date.parse(created_date) - ms > schedule.expect.grace_seconds * SECOND_MS,
      message_id: id,
      status,
    });
  }
  const fires = [...byTime.entries()].sort(([a], [b]) => b - a).map(([, fire]) => fire);
  return { fires, lookedFor: Math.max(1, times.size) };
};
