import { env, stage } from '#lib/env.ts';

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
} as const;

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
 * One dimension (`Stage`) unless the deployment asks for the detailed ones, which cost money.
 * Source: CloudWatch embedded metric format, specification 0.
 */
export const metricFields = (
  values: Partial<Record<MetricName, number>>,
  { nowMs, detail = {} }: MetricOptions,
): Record<string, unknown> => {
  if (Object.keys(values).length === 0) return {};
  const details = DETAILED ? detail : {};
  const extra = Object.keys(details);
  return {
    _aws: {
      Timestamp: nowMs,
      CloudWatchMetrics: [
        {
          Namespace: 'RezAgent',
          Dimensions: extra.length > 0 ? [['Stage'], ['Stage', ...extra]] : [['Stage']],
          Metrics: Object.keys(values).map((Name) => ({ Name, Unit: UNITS[Name as MetricName] })),
        },
      ],
    },
    Stage: stage,
    ...details,
    ...values,
  };
};
