import * as z from 'zod/mini';
import type { OperationContract, Shape } from '#handlers/web-api/contract/model.ts';
import { TIME_RANGES } from '#handlers/web-api/metrics/metrics.ts';
import { MESSAGE_TYPES } from '#lib/messages/routes.ts';
import { STATUSES } from '#lib/messages/transitions.ts';

const count = z.int().check(z.nonnegative());
const counts = <const Name extends string>(names: readonly Name[]) =>
  z.object(Object.fromEntries(names.map((name) => [name, count])) as Record<Name, typeof count>);
const STAGES = ['dev', 'stage', 'prod'] as const;
const seconds = z.nullable(z.number().check(z.nonnegative()));

const byStatus = { created: 0, queued: 1, processing: 0, completed: 40, failed: 1 };
const none = Object.fromEntries(MESSAGE_TYPES.map((type) => [type, 0]));

export const METRICS = {
  name: 'Metrics',
  description: 'Numbers of messages, success rate and processing times of the last hours.',
  schema: z.object({
    time_range_hours: z.literal(TIME_RANGES),
    total_messages: count,
    status_counts: counts(STATUSES),
    total: count,
    by_status: counts(STATUSES),
    by_stage: counts(STAGES),
    by_type: counts(MESSAGE_TYPES),
    success_rate: z.nullable(z.number().check(z.minimum(0), z.maximum(1))),
    average_processing_time_seconds: seconds,
    p95_processing_time_seconds: seconds,
    recent_messages: z
      .array(
        z.object({
          id: z.string(),
          created_date: z.string(),
          status: z.enum(STATUSES),
          message_type: z.string(),
        }),
      )
      .check(z.maxLength(10)),
    series: z.array(
      z.object({ hour: z.string(), created: count, completed: count, failed: count }),
    ),
    generated_at: z.string(),
    partial: z.boolean(),
  }),
  properties: {
    time_range_hours: 'The requested range. Hours.',
    total_messages: 'Messages created in the range.',
    status_counts: 'The number of these messages with each status.',
    ...Object.fromEntries(
      ['status_counts', 'by_status'].flatMap((name) =>
        STATUSES.map((status) => [
          `${name}.${status}`,
          `The number of messages with the status \`${status}\`.`,
        ]),
      ),
    ),
    total: 'The same as `total_messages`.',
    by_status: 'The same as `status_counts`.',
    by_stage: 'The number of these messages in each stage. A deployment has one stage.',
    ...Object.fromEntries(
      STAGES.map((stage) => [`by_stage.${stage}`, `The number of messages in stage \`${stage}\`.`]),
    ),
    by_type: 'The number of these messages of each type.',
    ...Object.fromEntries(
      MESSAGE_TYPES.map((type) => [
        `by_type.${type}`,
        `The number of messages of type \`${type}\`.`,
      ]),
    ),
    success_rate:
      'Completed messages as a fraction of completed and failed messages, 0 to 1; null if there are none.',
    average_processing_time_seconds:
      'The average time from the last claim to the end of completed messages; null if there are none.',
    p95_processing_time_seconds:
      'The 95th percentile of the same time, estimated from twenty buckets; null if no message is completed.',
    recent_messages: 'The ten newest messages, newest first.',
    'recent_messages[].id': 'The id of the message.',
    'recent_messages[].created_date': {
      description: 'When the message was created.',
      format: 'date-time',
    },
    'recent_messages[].status': 'The status of the message.',
    'recent_messages[].message_type': 'The type of the message.',
    series:
      'Each hour of the range, oldest first. A message is counted in the hour in which it was created.',
    'series[].hour': { description: 'When the hour began.', format: 'date-time' },
    'series[].created': 'The number of messages created in this hour.',
    'series[].completed': 'The number of these messages that are completed.',
    'series[].failed': 'The number of these messages that have failed.',
    generated_at: { description: 'When the numbers were read.', format: 'date-time' },
    partial: 'Whether this is an earlier report, because the database cannot be read now.',
  },
  example: {
    time_range_hours: 1,
    total_messages: 42,
    status_counts: byStatus,
    total: 42,
    by_status: byStatus,
    by_stage: { dev: 42, stage: 0, prod: 0 },
    by_type: { ...none, manual: 21, notify: 21 },
    success_rate: 40 / 41,
    average_processing_time_seconds: 0.31,
    p95_processing_time_seconds: 0.742,
    recent_messages: [
      {
        id: 'msg_20260301120000_7ZK3V9Q2M4T8XB1C',
        created_date: '2026-03-01T12:00:00.000Z',
        status: 'queued',
        message_type: 'notify',
      },
    ],
    series: [
      { hour: '2026-03-01T11:00:00.000Z', created: 40, completed: 39, failed: 1 },
      { hour: '2026-03-01T12:00:00.000Z', created: 2, completed: 1, failed: 0 },
    ],
    generated_at: '2026-03-01T12:00:02.000Z',
    partial: false,
  },
} satisfies Shape;

export const METRICS_OPERATIONS = {
  getMetrics: {
    tag: 'platform',
    summary: 'Get the metrics of the last hours',
    description:
      'The numbers come from hourly counters, so the request is fast for any number of messages. One hour and one day after the end of an hour, its counters are recounted from the messages. The range begins with a full hour.',
    query: {
      time_range: {
        description: 'The length of the range. Hours.',
        example: '24',
        schema: { default: '24' },
      },
      stage: {
        description: 'The stage. A deployment has one stage, so the numbers of another one are 0.',
        example: 'dev',
      },
    },
    responses: { 200: { description: 'The metrics.', content: { shape: METRICS } } },
  },
} satisfies Record<string, OperationContract>;
