import { env, stage } from './env.ts';

const UNITS = {
  MessagesCreated: 'Count',
  MessagesProcessed: 'Count',
  MessagesFailed: 'Count',
  NotificationsSent: 'Count',
  NotificationsFailed: 'Count',
  ProcessingDuration: 'Milliseconds',
  NotificationDuration: 'Milliseconds',
  /** 0 closed, 0.5 half-open, 1 open. */
  CircuitBreakerState: 'None',
  DLQMessageCount: 'Count',
  OldestDueSeconds: 'Seconds',
  APIRequestCount: 'Count',
  APIResponseTime: 'Milliseconds',
  /** From the creation of a message to its terminal status. */
  MessageLatency: 'Milliseconds',
  /** The time from the scheduled minute of a fire to the creation of its message. */
  ScheduleDrift: 'Milliseconds',
} as const;

/** Metrics that are written only with detailed metrics. The ten others are within the free tier. */
const DETAILED_ONLY: readonly string[] = [
  'APIRequestCount',
  'APIResponseTime',
  'MessageLatency',
  'ScheduleDrift',
] satisfies MetricName[];

export type MetricName = keyof typeof UNITS;

/** The dimensions of detailed metrics. */
export type Detail = 'MessageType' | 'CreatedBy' | 'Status' | 'Service' | 'Endpoint' | 'StatusCode';

export interface MetricOptions {
  nowMs: number;
  detail?: Partial<Record<Detail, string>>;
}

const DETAILED = env('DETAILED_METRICS') === 'on';

/**
 * Metrics as fields of a log line. Add them to the line that logs the event. Without detailed metrics, which cost money,
 * there are ten metrics with one dimension (`Stage`).
 * Source: CloudWatch embedded metric format, specification 0.
 */
export const metricFields = (
  values: Partial<Record<MetricName, number>>,
  { nowMs, detail = {} }: MetricOptions,
): Record<string, unknown> => {
  const written = Object.entries(values).filter(
    ([name]) => DETAILED || !DETAILED_ONLY.includes(name),
  );
  if (written.length === 0) return {};
  const details = DETAILED ? detail : {};
  const extra = Object.keys(details);
  return {
    _aws: {
      Timestamp: nowMs,
      CloudWatchMetrics: [
        {
          Namespace: 'RezAgent',
          Dimensions: extra.length > 0 ? [['Stage'], ['Stage', ...extra]] : [['Stage']],
          Metrics: written.map(([Name]) => ({ Name, Unit: UNITS[Name as MetricName] })),
        },
      ],
    },
    Stage: stage,
    ...details,
    ...Object.fromEntries(written),
  };
};
