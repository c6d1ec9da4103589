import { type MessageStatistics, messageStatisticsOf } from '#lib/counters/message-statistics.ts';
import { countSince } from '#lib/data/activity.ts';
import { readHours } from '#lib/data/counters/hours.ts';
import { findPositions } from '#lib/data/messages/message-lists.ts';
import { findAll } from '#lib/data/messages/messages.ts';
import type { Message } from '#lib/messages/message.ts';
import { MESSAGE_TYPES, type MessageType } from '#lib/messages/routes.ts';
import { STATUSES, type Status } from '#lib/messages/transitions.ts';
import { type Clock, HOUR_MS, hourStart, iso, SECOND_MS } from '#lib/platform/clock.ts';
import { stage as ownStage, type Stage } from '#lib/platform/env.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { Logger } from '#lib/platform/logger.ts';

const STAGES = ['dev', 'stage', 'prod'] as const satisfies readonly Stage[];
const RECENT = 10;

export interface MetricsRequest {
  hours: number;
  stage: Stage;
}

export interface MetricsReport {
  time_range_hours: number;
  total_messages: number;
  status_counts: Record<Status, number>;
  /** The same as `total_messages` and `status_counts`. */
  total: number;
  by_status: Record<Status, number>;
  by_stage: Record<Stage, number>;
  by_type: Record<MessageType, number>;
  /** `null` if no message is completed or failed. */
  success_rate: number | null;
  average_processing_time_seconds: number | null;
  p95_processing_time_seconds: number | null;
  recent_messages: Pick<Message, 'id' | 'created_date' | 'status' | 'message_type'>[];
  series: { hour: string; created: number; completed: number; failed: number }[];
  generated_at: string;
  /** Whether this is an earlier report, because DynamoDB cannot be read now. */
  partial: boolean;
}

/**
 * Creates reports. A report starts with a full hour. It needs two requests for the counters, and four requests for the
 * unfinished and the recent messages, for any number of messages. Concurrent requests share one report. If DynamoDB fails,
 * the function returns the last report with `partial`.
 * @returns a function that throws AppError `unavailable` / `STORE_UNAVAILABLE` when there is no earlier report
 */
export const metricsReports = ({ clock }: { clock: Clock }) => {
  const reports = new Map<number, MetricsReport>();
  const running = new Map<number, Promise<MetricsReport>>();

  const fresh = (hours: number): Promise<MetricsReport> => {
    const reading =
      running.get(hours) ?? read(hours, clock.now()).finally(() => running.delete(hours));
    running.set(hours, reading);
    return reading;
  };

  return async ({ hours, stage }: MetricsRequest, log: Logger): Promise<MetricsReport> => {
    if (stage !== ownStage)
      return reportOf(hours, clock.now(), messageStatisticsOf([], NOTHING_OPEN), []);
    try {
      const report = await fresh(hours);
      reports.set(hours, report);
      return report;
    } catch (error) {
      const last = reports.get(hours);
      if (last === undefined || !(error instanceof AppError)) throw error;
      log.warn({ err: error }, 'metrics not read, earlier report returned');
      return { ...last, partial: true };
    }
  };
};

const NOTHING_OPEN = { created: 0, processing: 0 };

const read = async (hours: number, nowMs: number): Promise<MetricsReport> => {
  const starts = startsOf(hours, nowMs);
  const sinceMs = starts[0] ?? nowMs;
  const [rows, created, processing, recent] = await Promise.all([
    readHours(starts),
    countSince('created', sinceMs, { pages: 1 }),
    countSince('processing', sinceMs, { pages: 1 }),
    findRecent(sinceMs),
  ]);
  const known = new Map(rows.map((row) => [row.startMs, row]));
  const counts = starts.map((startMs) => known.get(startMs) ?? {});
  return reportOf(hours, nowMs, messageStatisticsOf(counts, { created, processing }), recent);
};

const findRecent = async (sinceMs: number): Promise<Message[]> => {
  const { positions } = await findPositions(
    { stage: ownStage, createdFromMs: sinceMs },
    undefined,
    RECENT,
  );
  return findAll(positions.map(({ id }) => id));
};

/** The starts of the hours of the range, oldest first. */
const startsOf = (hours: number, nowMs: number): number[] =>
  Array.from({ length: hours + 1 }, (_, n) => hourStart(nowMs) - (hours - n) * HOUR_MS);

const reportOf = (
  hours: number,
  nowMs: number,
  statistics: MessageStatistics,
  recent: readonly Message[],
): MetricsReport => {
  const { completed, failed } = statistics.byStatus;
  const ended = completed + failed;
  const byStatus = Object.fromEntries(
    STATUSES.map((status) => [status, statistics.byStatus[status]]),
  ) as Record<Status, number>;
  return {
    time_range_hours: hours,
    total_messages: statistics.total,
    status_counts: byStatus,
    total: statistics.total,
    by_status: byStatus,
    by_stage: Object.fromEntries(
      STAGES.map((name) => [name, name === ownStage ? statistics.total : 0]),
    ) as Record<Stage, number>,
    by_type: Object.fromEntries(
      MESSAGE_TYPES.map((type) => [type, statistics.byType[type]]),
    ) as Record<MessageType, number>,
    success_rate: ended === 0 ? null : completed / ended,
    average_processing_time_seconds: seconds(statistics.averageMs),
    p95_processing_time_seconds: seconds(statistics.p95Ms),
    recent_messages: recent.map(({ id, created_date, status, message_type }) => ({
      id,
      created_date,
      status,
      message_type,
    })),
    series: startsOf(hours, nowMs).map((startMs, n) => ({
      hour: iso(startMs),
      ...(statistics.hours[n] ?? { created: 0, completed: 0, failed: 0 }),
    })),
    generated_at: iso(nowMs),
    partial: false,
  };
};

/** Seconds, rounded to milliseconds. */
const seconds = (ms: number | undefined): number | null =>
  ms === undefined ? null : Math.round(ms) / SECOND_MS;
