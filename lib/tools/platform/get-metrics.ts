import * as z from 'zod/mini';
import { MESSAGE_TYPES } from '#lib/messages/routes.ts';
import { STATUSES } from '#lib/messages/transitions.ts';
import { stage } from '#lib/platform/env.ts';
import { describedShape } from '#lib/tools/described-shape.ts';
import { defineDirectTool } from '#lib/tools/direct-tool.ts';

const DEFAULT_HOURS = 24;

const counts = <Name extends string>(names: readonly Name[], text: (name: Name) => string) =>
  z.strictObject(
    Object.fromEntries(
      names.map((name) => [name, z.int().check(z.describe(text(name)))]),
    ) as Record<Name, z.ZodMiniNumberFormat>,
  );

const Hour = z.strictObject(
  describedShape(
    { hour: z.string(), created: z.int(), completed: z.int(), failed: z.int() },
    {
      hour: 'The start of the hour. ISO 8601, UTC.',
      created: 'Messages created in it.',
      completed: 'Messages completed in it.',
      failed: 'Messages that failed in it.',
    },
  ),
);

const OUTPUT = describedShape(
  {
    time_range_hours: z.int(),
    total: z.int(),
    by_status: counts(STATUSES, (status) => `Messages that are ${status}.`),
    by_type: counts(MESSAGE_TYPES, (type) => `Messages of type ${type}.`),
    success_rate: z.nullable(z.number()),
    average_processing_time_seconds: z.nullable(z.number()),
    p95_processing_time_seconds: z.nullable(z.number()),
    series: z.array(Hour),
    generated_at: z.string(),
    partial: z.boolean(),
  },
  {
    time_range_hours: 'The length of the time range. Hours.',
    total: 'The number of messages.',
    by_status: 'The number of messages by status.',
    by_type: 'The number of messages by type.',
    success_rate: 'Completed of completed and failed messages, 0 to 1. null if there is none.',
    average_processing_time_seconds: 'The average duration of work. Seconds. null if unknown.',
    p95_processing_time_seconds:
      '95 of 100 messages took at most this long. Seconds. null if unknown.',
    series: 'The hours with messages, oldest first.',
    generated_at: 'When the figures were read. ISO 8601, UTC.',
    partial: 'Whether the figures are older, because they cannot be read now.',
  },
);

/** `get_metrics` */
export const getMetricsTool = defineDirectTool({
  name: 'get_metrics',
  title: 'Show metrics',
  description: `Counts the messages of the last hours by status, type and hour, and shows how long their work took. Hours are those of UTC; the range starts with a full hour.`,
  role: 'viewer',
  hint: 'read',
  isIdempotent: true,
  isOpenWorld: false,
  input: z.strictObject(
    describedShape(
      { time_range: z._default(z.literal([1, 6, 24, 168]), DEFAULT_HOURS) },
      { time_range: 'The time range. Hours: 1, 6, 24 or 168.' },
    ),
  ),
  output: z.strictObject(OUTPUT),
  answer: async ({ time_range: hours }, { log }, { readMetrics }) => {
    const report = await readMetrics({ hours, stage }, log);
    const { time_range_hours, total, by_status, by_type, success_rate } = report;
    const { average_processing_time_seconds, p95_processing_time_seconds } = report;
    const { series, generated_at, partial } = report;
    const rate = success_rate === null ? 'unknown' : `${(success_rate * 100).toFixed(1)} %`;
    const list = (numbers: Readonly<Record<string, number>>) =>
      Object.entries(numbers)
        .filter(([, count]) => count > 0)
        .map(([name, count]) => `${name} ${count}`)
        .join(', ');
    return {
      text: [
        `${total} messages in the last ${time_range_hours} hours. Success rate: ${rate}.`,
        ...(total === 0 ? [] : [`By status: ${list(by_status)}.`, `By type: ${list(by_type)}.`]),
        ...(partial ? [`The figures are those of ${generated_at}.`] : []),
      ].join('\n'),
      data: {
        time_range_hours,
        total,
        by_status,
        by_type,
        success_rate,
        average_processing_time_seconds,
        p95_processing_time_seconds,
        series: series.filter(({ created, completed, failed }) => created + completed + failed > 0),
        generated_at,
        partial,
      },
    };
  },
});
