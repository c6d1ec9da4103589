import type { Message } from '#lib/messages/message.ts';
import type { Outcome, Spawn } from '#lib/messages/outcome.ts';
import type { AppError } from '#lib/platform/errors.ts';
import { nameable } from '#lib/platform/json.ts';
import { shortened } from '#lib/platform/text.ts';
import { shownSchedule } from '#lib/schedules/presence/shown.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import { localText, zoneOf } from '#lib/schedules/timetable/zone.ts';
import type { ChangeAction } from './change.ts';

const PAST = {
  create: 'created',
  update: 'updated',
  delete: 'deleted',
  pause: 'paused',
  resume: 'resumed',
  execute: 'executed',
} as const satisfies Record<ChangeAction, string>;

/** Of what is wrong, this much is told: it must fit into a result. */
const MAX_PROBLEMS = 8;
const MAX_PATH = 100;
const MAX_SENTENCE = 200;

/** What became of a schedule, for the message's result and for people: one push, and the run that was asked for. */
export const toldChange = (
  action: ChangeAction,
  row: Schedule,
  { runs, nowMs }: { runs: boolean; nowMs: number },
): Outcome => {
  const { id, name, status, revision, timezone } = row;
  const { next_fire_at } = shownSchedule(row, nowMs);
  const outcome = PAST[action];
  const lines = [
    ...(runs ? ['It runs now.'] : []),
    next_fire_at === undefined ? whyNever(row) : `Next fire: ${localTime(next_fire_at, timezone)}.`,
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
      ...(runs ? [runOf(row)] : []),
      pushOf({ title: `Schedule ${name} ${outcome}`, lines, tag: 'calendar' }),
    ],
  };
};

/** Why nothing was changed; the message completes all the same, because sending it again would end the same way. */
export const toldRefusal = (
  { arguments: args = {} }: Pick<Message, 'arguments'>,
  { code, message, details }: Pick<AppError, 'code' | 'message' | 'details'>,
): Outcome => {
  const problems = details.slice(0, MAX_PROBLEMS).map(({ path, problem }) => ({
    path: shortened(path, MAX_PATH),
    problem: shortened(problem, MAX_SENTENCE),
  }));
  const reason = shortened(message, MAX_SENTENCE);
  const said = (value: unknown) => (typeof value === 'string' ? nameable(value) : undefined);
  const which = said(args.name) ?? said(args.schedule_id);
  const action = said(args.action);
  const past = Object.hasOwn(PAST, action ?? '') ? PAST[action as ChangeAction] : 'changed';
  return {
    result: {
      ...(action === undefined ? {} : { action }),
      outcome: 'refused',
      code,
      reason,
      ...(problems.length > 0 ? { problems } : {}),
    },
    children: [
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

const pushOf = ({ title, lines, tag }: { title: string; lines: string[]; tag: string }): Spawn => ({
  purpose: 'push',
  message_type: 'notify',
  payload: { title, message: lines.join('\n'), tags: [tag] },
});

/** The schedule's message, beside its fires: neither overlap nor counters heed it. */
const runOf = ({ target }: Schedule): Spawn => ({
  purpose: 'run',
  message_type: target.message_type,
  payload: target.payload,
  ...(target.arguments === undefined ? {} : { arguments: target.arguments }),
});

const whyNever = ({ status, paused_until, timezone }: Schedule): string => {
  if (status === 'paused') {
    return paused_until === undefined
      ? 'It rests.'
      : `It rests until ${localTime(paused_until, timezone)}.`;
  }
  return 'It fires no more.';
};

const localTime = (time: string, timezone: string): string => {
  const ms = Date.parse(time);
  const local = localText(ms, zoneOf(timezone).offsetAt(ms)).slice(0, 16).replace('T', ' ');
  return `${local} (${timezone})`;
};
