import { MESSAGE_TYPES, type MessageType } from '#lib/messages/routes.ts';
import type { Status } from '#lib/messages/transitions.ts';
import type { Counts } from './counts.ts';
import { percentileMs, TOOK_BUCKETS } from './durations.ts';

/** The numbers of messages and their durations in some hours. */
export interface MessageStatistics {
  total: number;
  byStatus: Record<Status, number>;
  byType: Record<MessageType, number>;
  /** In the order of the hours. */
  hours: { created: number; completed: number; failed: number }[];
  /** Of completed messages; `undefined` when there are none. Milliseconds. */
  averageMs: number | undefined;
  p95Ms: number | undefined;
}

/** The counts of one type in an hour, made consistent: no count is negative, and every ended message was created. */
const ofType = (counts: Counts, type: MessageType) => {
  const completed = Math.max(0, counts[`completed_${type}`] ?? 0);
  const failed = Math.max(0, counts[`failed_${type}`] ?? 0);
  return {
    type,
    completed,
    failed,
    created: Math.max(counts[`created_${type}`] ?? 0, completed + failed),
  };
};

/**
 * The message statistics of some hours. A lost addition makes counters inconsistent until the hour is recounted; the
 * statistics are consistent nevertheless.
 * @param open the number of messages with status `created` and with status `processing`. The remaining unfinished
 * messages count as `queued`.
 */
export const messageStatisticsOf = (
  hours: readonly Counts[],
  open: Record<'created' | 'processing', number>,
): MessageStatistics => {
  const perHour = hours.map((counts) => MESSAGE_TYPES.map((type) => ofType(counts, type)));
  const all = perHour.flat();
  const total = sum(all.map(({ created }) => created));
  const completed = sum(all.map((one) => one.completed));
  const failed = sum(all.map((one) => one.failed));
  const notEnded = total - completed - failed;
  const processing = Math.min(open.processing, notEnded);
  const created = Math.min(open.created, notEnded - processing);
  const took = TOOK_BUCKETS.map((name) => sum(hours.map((counts) => counts[name] ?? 0)));
  const measured = sum(took);
  const tookMs = sum(hours.map(({ took_ms = 0 }) => took_ms));
  return {
    total,
    byStatus: {
      created,
      queued: notEnded - processing - created,
      processing,
      completed,
      failed,
    },
    byType: Object.fromEntries(
      MESSAGE_TYPES.map((type) => [
        type,
        sum(all.filter((one) => one.type === type).map((one) => one.created)),
      ]),
    ) as Record<MessageType, number>,
    hours: perHour.map((types) => ({
      created: sum(types.map((one) => one.created)),
      completed: sum(types.map((one) => one.completed)),
      failed: sum(types.map((one) => one.failed)),
    })),
    averageMs: measured > 0 ? tookMs / measured : undefined,
    p95Ms: percentileMs(took, 0.95),
  };
};

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);
