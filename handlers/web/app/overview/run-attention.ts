import { listText } from '#handlers/web/app/format/list.ts';
import { quantityText } from '#handlers/web/app/format/number.ts';
import { durationText } from '#handlers/web/app/format/time.ts';
import { type FailedLately, failedCountText } from '#handlers/web/app/state/failed-lately.ts';
import type { Attention, AttentionKind, WatchedSchedule } from './attention-kind.ts';

/** The messages that failed in the last 24 hours, as one entry. */
export const failedMessages: AttentionKind = ({ failed }) => {
  const [first, ...others] = failed?.messages ?? [];
  if (failed === undefined || first === undefined) return [];
  const isOne = others.length === 0;
  return [
    {
      key: 'failed',
      tone: 'bad',
      text: `${failedCountText(failed)} ${isOne ? 'message' : 'messages'} failed in the last 24 hours: ${codesText(failed)}.`,
      href: isOne ? `/messages/${first.id}` : '/failed',
      linkText: isOne ? 'Open the message' : 'Open failed messages',
    },
  ];
};

const codesText = ({ messages }: FailedLately): string => {
  const counts = new Map<string, number>();
  for (const { error_code = 'without a code' } of messages)
    counts.set(error_code, (counts.get(error_code) ?? 0) + 1);
  const codes = [...counts].sort(([, a], [, b]) => b - a);
  return listText(
    codes.map(([code, count]) => (messages.length === 1 ? code : `${count} × ${code}`)),
  );
};

/** The schedules that are down, and those that are late, each as one entry. */
export const schedulesWithProblems: AttentionKind = ({ schedules = [] }, nowMs) => [
  ...scheduleEntry(schedules, 'down', nowMs),
  ...scheduleEntry(schedules, 'late', nowMs),
];

const scheduleEntry = (
  schedules: readonly WatchedSchedule[],
  health: 'down' | 'late',
  nowMs: number,
): Attention[] => {
  const affected = schedules.filter((schedule) => schedule.health === health);
  const [first, ...others] = affected;
  if (first === undefined) return [];
  const tone = health === 'down' ? 'bad' : 'warn';
  if (others.length === 0) {
    return [
      {
        ...{ key: health, tone },
        text: `The schedule ${first.name} is ${health}${sinceText(first, nowMs)}: ${problemText(first)}.`,
        href: `/schedules/${first.id}`,
        linkText: 'Open the schedule',
      },
    ];
  }
  const names = listText(affected.map(({ name }) => name));
  return [
    {
      ...{ key: health, tone },
      text: `${quantityText(affected.length, 'schedule')} are ${health}: ${names}.`,
      href: `/schedules?health=${health}`,
      linkText: 'Open these schedules',
    },
  ];
};

const sinceText = ({ health, down_since }: WatchedSchedule, nowMs: number): string =>
  health === 'down' && down_since !== undefined
    ? ` for ${durationText(Math.max(0, nowMs - Date.parse(down_since)))}`
    : '';

const PROBLEMS: Readonly<Record<NonNullable<WatchedSchedule['problem']>, string>> = {
  late: 'a fire is missing',
  hung: 'a run takes too long',
  failed: 'a run has failed',
};

const problemText = ({ status, health, problem }: WatchedSchedule): string => {
  if (status === 'error') return 'EventBridge Scheduler rejects it';
  if (health === 'late') return 'a fire is due, and did not arrive yet';
  return problem === undefined ? 'it does not work' : PROBLEMS[problem];
};
