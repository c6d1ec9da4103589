import { env, stage } from './env.ts';

const UNITS = {
  MessagesCreated: 'Count',
  MessagesProcessed: 'Count',
  MessagesFailed: 'Count',
  NotificationsSent: 'Count',
  NotificationsFailed: 'Count',
  ProcessingDuration: 'Milliseconds',
  NotificationDuration: 'Milliseconds',
  /** Worst of all breakers: 0 closed, 0.5 half-open, 1 open. */
  CircuitBreakerState: 'None',
  DLQMessageCount: 'Count',
  OldestDueSeconds: 'Seconds',
  APIRequestCount: 'Count',
  APIResponseTime: 'Milliseconds',
  /** From a message's creation to its end. */
  MessageLatency: 'Milliseconds',
  /** How much later than its scheduled minute a fire became a message. */
  ScheduleDrift: 'Milliseconds',
} as const;

/** The first ten cost nothing; these are written only where the deployment asks for detailed metrics. */
const DETAILED_ONLY: readonly string[] = [
  'APIRequestCount',
  'APIResponseTime',
  'MessageLatency',
  'ScheduleDrift',
] satisfies MetricName[];

export type MetricName = keyof typeof UNITS;

/** Dimensions that only the detailed metrics carry. */
export type Detail = 'MessageType' | 'CreatedBy' | 'Status' | 'Service' | 'Endpoint' | 'StatusCode';

export interface MetricOptions {
  nowMs: number;
  detail?: Partial<Record<Detail, string>>;
}

const DETAILED = env('DETAILED_METRICS') === 'on';

/**
 * Metrics as fields of a log line: spread them into the one line that tells the event anyway.
 * Ten metrics of one dimension (`Stage`), unless the deployment asks for the detailed ones, which cost money.
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
