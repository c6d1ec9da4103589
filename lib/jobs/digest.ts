import * as z from 'zod/mini';
import { STATUSES } from '#lib/messages/transitions.ts';
import { DAY_MS } from '#lib/platform/clock.ts';
import { shortened } from '#lib/platform/text.ts';
import { type Activity, job } from './job.ts';

const Input = z.object({
  title: z._default(z.string().check(z.maxLength(250)), 'The last 24 hours'),
});

/** Sends one push about the last 24 hours: the number of messages by status, and what failed. */
export const digest = job({
  name: 'digest',
  input: Input,
  run: async ({ title }, { deps }) => {
    const { counts, failed } = await deps.activitySince(deps.nowMs - DAY_MS);
    const lines = [
      ...STATUSES.map((status) => `${status}: ${counts[status]}`),
      ...failures(failed),
    ];
    return {
      result: { counts },
      children: [
        {
          purpose: 'push',
          message_type: 'notify',
          payload: { title, message: lines.join('\n'), tags: ['bar_chart'] },
        },
      ],
    };
  },
});

/** Callers choose the names of jobs, so the list of failures is limited: lines, and characters of a name. */
const MAX_LINES = 20;
const MAX_NAME = 80;

/** Lines such as `digest (EXPIRED): 2`, the most frequent failure first. */
const failures = (failed: Activity['failed']): string[] => {
  const groups = Object.groupBy(
    failed,
    ({ message_type, arguments: args, error_code }) =>
      `${shortened(String(args?.operation ?? message_type), MAX_NAME)} (${error_code ?? 'unknown'})`,
  );
  const lines = Object.entries(groups)
    .map(([name, group = []]) => ({ name, count: group.length }))
    .sort((a, b) => b.count - a.count || a.name.localeCompare(b.name))
    .map(({ name, count }) => `${name}: ${count}`);
  if (lines.length === 0) return [];
  const more = lines.length - MAX_LINES;
  return ['', 'Failed:', ...lines.slice(0, MAX_LINES), ...(more > 0 ? [`and ${more} more`] : [])];
};
