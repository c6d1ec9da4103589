import { HOUR_MS, iso, MINUTE_MS } from '#lib/clock.ts';
import {
  type ExpiredHour,
  findExpiredHours,
  markExpiredReported,
} from '#lib/data/counters/expired-hours.ts';
import { type ProduceDeps, produceOnce } from '#lib/engine/produce.ts';
import type { Stage } from '#lib/env.ts';
import { derivedMessageId } from '#lib/id.ts';
import { newMessage } from '#lib/messages/new-message.ts';

/** Counts of an hour that closed this long ago are complete. Milliseconds. */
const SETTLE_MS = 5 * MINUTE_MS;

/**
 * What expires is not silent: one push for every hour in which something did, however often this runs.
 * @returns how many were put
 */
export const reportExpired = async (
  { stage }: { stage: Stage },
  deps: ProduceDeps,
): Promise<number> => {
  const nowMs = deps.clock.now();
  const hours = await findExpiredHours(nowMs, SETTLE_MS);
  for (const hour of hours) {
    const summary = newMessage(
      { message_type: 'notify', payload: pushOf(hour) },
      {
        id: derivedMessageId(hour.startMs, 'expired', hour.startMs),
        created_by: 'sweeper',
        correlation_id: `expired-${iso(hour.startMs).slice(0, 13)}`,
      },
      { stage, nowMs },
    );
    await produceOnce(summary, deps);
    await markExpiredReported(hour.startMs);
  }
  return hours.length;
};

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
