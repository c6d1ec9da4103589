import {
  type ExpiredHour,
  findExpiredHours,
  markExpiredReported,
} from '#lib/data/counters/expired-hours.ts';
import { type ProduceDeps, produceOnce } from '#lib/engine/produce.ts';
import type { Message } from '#lib/messages/message.ts';
import { newMessage } from '#lib/messages/new-message.ts';
import { HOUR_MS, hourStart, iso, MINUTE_MS } from '#lib/platform/clock.ts';
import type { Stage } from '#lib/platform/env.ts';
import { derivedMessageId } from '#lib/platform/id.ts';

/** The counts of an hour are complete this long after it closed. Milliseconds. */
const SETTLE_MS = 5 * MINUTE_MS;

/**
 * Creates one push for every hour in which messages expired, however often it runs.
 * @returns the work of one tick, which returns the number of pushes; it remembers when the next hour closes
 */
export const expiryReports = (): ((
  where: { stage: Stage },
  deps: ProduceDeps,
) => Promise<number>) => {
  let idleUntilMs = 0;
  return async ({ stage }, deps) => {
    const nowMs = deps.clock.now();
    if (nowMs < idleUntilMs) return 0;
    const hours = await findExpiredHours(nowMs, SETTLE_MS);
    for (const hour of hours) {
      await produceOnce(summaryOf(hour, { stage, nowMs }), deps);
      await markExpiredReported(hour.startMs);
    }
    idleUntilMs = hourStart(nowMs - SETTLE_MS) + HOUR_MS + SETTLE_MS;
    return hours.length;
  };
};

const summaryOf = (hour: ExpiredHour, at: { stage: Stage; nowMs: number }): Message =>
  newMessage(
    { message_type: 'notify', payload: pushOf(hour) },
    {
      id: derivedMessageId(hour.startMs, 'expired', hour.startMs),
      created_by: 'sweeper',
      correlation_id: `expired-${iso(hour.startMs).slice(0, 13)}`,
    },
    at,
  );

const pushOf = ({ startMs, counts }: ExpiredHour) => {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const from = iso(startMs).slice(11, 16);
  const to = iso(startMs + HOUR_MS).slice(11, 16);
  const byType = Object.entries(counts)
    .sort(([a, most], [b, least]) => least - most || a.localeCompare(b))
    .map(([type, count]) => `${type}: ${count}`);
  return {
    title: `${total} ${total === 1 ? 'message' : 'messages'} expired`,
    message: [`${iso(startMs).slice(0, 10)}, ${from} to ${to} UTC`, ...byType].join('\n'),
    tags: ['hourglass'],
  };
};
