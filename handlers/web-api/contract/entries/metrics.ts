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

const METRICS: Shape = {
  name: 'Metrics',
  description: 'What the messages of the last hours came to.',
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
    time_range_hours: 'The range that was asked for. Hours.',
    total_messages: 'Messages created in the range.',
    status_counts: 'How many of them are in each state now.',
    ...Object.fromEntries(
      ['status_counts', 'by_status'].flatMap((name) =>
        STATUSES.map((status) => [`${name}.${status}`, `How many are ${status}.`]),
      ),
    ),
    total: 'The same as `total_messages`.',
    by_status: 'The same as `status_counts`.',
    by_stage: 'By stage. A deployment holds one.',
    ...Object.fromEntries(
      STAGES.map((stage) => [`by_stage.${stage}`, `How many are of stage ${stage}.`]),
    ),
    by_type: 'By type of message.',
    ...Object.fromEntries(
      MESSAGE_TYPES.map((type) => [`by_type.${type}`, `How many are of type ${type}.`]),
    ),
    success_rate: 'Completed, of all that ended. `null` when none has.',
    average_processing_time_seconds:
      'From the last claim to the end, of what completed. `null` when nothing has.',
    p95_processing_time_seconds:
      'What 95 of 100 did not exceed, as near as twenty buckets tell. `null` when nothing completed.',
    recent_messages: 'The ten newest, the newest first.',
    'recent_messages[].id': 'Its id.',
    'recent_messages[].created_date': {
      description: 'When it was created.',
      format: 'date-time',
    },
    'recent_messages[].status': 'Its state.',
    'recent_messages[].message_type': 'Its type.',
    series:
      'Each hour that the range touches, the oldest first. Every message counts in the hour in which it was created.',
    'series[].hour': { description: 'When the hour began.', format: 'date-time' },
    'series[].created': 'Messages created.',
    'series[].completed': 'How many of them are completed.',
    'series[].failed': 'How many of them are failed.',
    generated_at: { description: 'When this was read.', format: 'date-time' },
    partial: 'Whether this is the last good answer, because the store cannot be read now.',
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
};

export const METRICS_OPERATIONS = {
  getMetrics: {
    tag: 'platform',
    summary: 'Say what the last hours brought',
    description:
      'From counters per hour, whatever the number of messages. Counters are added to as things happen, and set right from the messages themselves one hour and one day after each hour has closed. The range begins with a whole hour.',
    query: {
      time_range: {
        description: 'How far back. Hours.',
        example: '24',
        schema: { default: '24' },
      },
      stage: {
        description: "Another deployment's stage has no messages here.",
        example: 'dev',
      },
    },
    responses: { 200: { description: 'The figures.', content: { shape: METRICS } } },
  },
} satisfies Record<string, OperationContract>;
