import { isForAssistant } from '#lib/messages/is-for-assistant.ts';
import type { Message } from '#lib/messages/message.ts';
import type { ChildDraft, Outcome } from '#lib/messages/outcome.ts';
import type { AppError } from '#lib/platform/errors.ts';
import { shortKey } from '#lib/platform/json.ts';
import { shortened } from '#lib/platform/text.ts';
import { localText, zoneOf } from '#lib/platform/zone.ts';
import { shownSchedule } from '#lib/schedules/presence/shown-schedule.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import type { ChangeAction } from './parse-change.ts';

const PAST = {
  create: 'created',
  update: 'updated',
  delete: 'deleted',
  pause: 'paused',
  resume: 'resumed',
  execute: 'executed',
} as const satisfies Record<ChangeAction, string>;

/** The problems must fit into a result. */
const MAX_PROBLEMS = 8;
const MAX_PATH = 100;
const MAX_SENTENCE = 200;

/** The outcome of a change: its result, one push, and the schedule's message if it is sent now. */
export const changeOutcome = (
  action: ChangeAction,
  row: Schedule,
  { runsNow, nowMs }: { runsNow: boolean; nowMs: number },
): Outcome => {
  const { id, name, status, revision, timezone } = row;
  const { next_fire_at } = shownSchedule(row, nowMs);
  const outcome = PAST[action];
  const lines = [
    ...(runsNow ? ['It runs now.'] : []),
    next_fire_at === undefined
      ? noNextFire(row)
      : `Next fire: ${localTime(next_fire_at, timezone)}.`,
  ];
  return {
    result: {
      action,
      outcome,
      schedule_id: id,
      name,
      status,
      revision,
      ...(next_fire_at === undefined ? {} : { next_fire_at }),
    },
    children: [
      ...(runsNow ? [runOf(row)] : []),
      pushOf({ title: `Schedule ${name} ${outcome}`, lines, tag: 'calendar' }),
    ],
  };
};

/**
 * The outcome of a refused change. The message is completed, because a redrive would be refused again. An assistant gets the
 * reason as its answer, without a push.
 */
export const refusalOutcome = (
  message: Pick<Message, 'arguments' | 'created_by'>,
  { code, message: why, details }: Pick<AppError, 'code' | 'message' | 'details'>,
): Outcome => {
  const { arguments: args = {} } = message;
  const problems = details.slice(0, MAX_PROBLEMS).map(({ path, problem }) => ({
    path: shortened(path, MAX_PATH),
    problem: shortened(problem, MAX_SENTENCE),
  }));
  const reason = shortened(why, MAX_SENTENCE);
  const textOf = (value: unknown) => (typeof value === 'string' ? shortKey(value) : undefined);
  const which = textOf(args.name) ?? textOf(args.schedule_id);
  const action = textOf(args.action);
  const past = Object.hasOwn(PAST, action ?? '') ? PAST[action as ChangeAction] : 'changed';
  return {
    result: {
      ...(action === undefined ? {} : { action }),
      outcome: 'refused',
      code,
      reason,
      ...(problems.length > 0 ? { problems } : {}),
    },
    children: isForAssistant(message)
      ? []
      : [
          pushOf({
            title: which === undefined ? `No schedule ${past}` : `Schedule ${which} not ${past}`,
            lines: [
              `${reason} (${code})`,
              ...problems.map(({ path, problem }) => `${path}: ${problem}`),
            ],
            tag: 'warning',
          }),
        ],
  };
};

const pushOf = ({
  title,
  lines,
  tag,
}: {
  title: string;
  lines: string[];
  tag: string;
}): ChildDraft => ({
  purpose: 'push',
  message_type: 'notify',
  payload: { title, message: lines.join('\n'), tags: [tag] },
});

/** The schedule's message, independent of its fires: `overlap` and the counters do not apply to it. */
const runOf = ({ target }: Schedule): ChildDraft => ({
  purpose: 'run',
  message_type: target.message_type,
  payload: target.payload,
  ...(target.arguments === undefined ? {} : { arguments: target.arguments }),
});

const noNextFire = ({ status, paused_until, timezone }: Schedule): string => {
  if (status !== 'paused') return 'It will not fire again.';
  return paused_until === undefined
    ? 'It is paused.'
    : `It is paused until ${localTime(paused_until, timezone)}.`;
};

const localTime = (time: string, timezone: string): string => {
  const ms = Date.parse(time);
  const local = localText(ms, zoneOf(timezone).offsetAt(ms)).slice(0, 16).replace('T', ' ');
  return `${local} (${timezone})`;
};
