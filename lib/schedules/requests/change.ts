import * as z from 'zod/mini';
import type { Message } from '#lib/messages/message.ts';
import type { Stage } from '#lib/platform/env.ts';
import { AppError, type Problem } from '#lib/platform/errors.ts';
import { SCHEDULE_ID } from '#lib/platform/id.ts';
import { InstantUtc } from '#lib/platform/instant.ts';
import { problemsOf } from '#lib/platform/problems.ts';
import { Reason } from '#lib/platform/text.ts';
import { parseSchedule, ScheduleBody } from '#lib/schedules/draft.ts';
import type { ScheduleDraft } from '#lib/schedules/schedule.ts';

/** A schedule by its id or by its name. */
export type Which = { id: string } | { name: string };

/** A checked `schedule_creation` message. With `runNow` the schedule's message is also sent at once. */
export type Change =
  | { action: 'create'; draft: ScheduleDraft; runNow: boolean }
  | { action: 'update'; which: Which; draft: ScheduleDraft; runNow: boolean }
  | { action: 'delete' | 'resume' | 'execute'; which: Which }
  | { action: 'pause'; which: Which; reason?: string | undefined; until?: string | undefined };

export type ChangeAction = Change['action'];

const { target: _target, ...DESCRIPTION } = ScheduleBody.shape;

const schedule_id = z.optional(
  z.string().check(z.regex(SCHEDULE_ID, 'must be the id of a schedule')),
);
const which = { schedule_id, name: z.optional(DESCRIPTION.name) };
const run_now = z.optional(z.boolean());
const reason = z.optional(Reason);
const until = z.optional(InstantUtc);

/** The arguments that do not describe the schedule. */
const BESIDE = {
  create: z.strictObject({ action: z.literal('create'), run_now }),
  update: z.strictObject({ action: z.literal('update'), schedule_id, run_now }),
};

const NAMED = {
  delete: z.strictObject({ action: z.literal('delete'), ...which, reason }),
  pause: z.strictObject({ action: z.literal('pause'), ...which, reason, until }),
  resume: z.strictObject({ action: z.literal('resume'), ...which, reason }),
  execute: z.strictObject({ action: z.literal('execute'), ...which, reason }),
};

const ACTIONS = [...Object.keys(BESIDE), ...Object.keys(NAMED)] as ChangeAction[];

/** All properties of `arguments`, for the contract. `parseChange` checks which of them belong to the action. */
export const ChangeArguments = z.strictObject({
  action: z.enum(ACTIONS),
  schedule_id,
  ...z.partial(z.strictObject(DESCRIPTION)).shape,
  run_now,
  reason,
  until,
});

type Asked = Pick<Message, 'payload' | 'arguments'>;

interface When {
  stage: Stage;
  nowMs: number;
}

/** The action of a message; `undefined` when it is missing or unknown. */
export const actionOf = ({ arguments: args }: Asked): ChangeAction | undefined =>
  ACTIONS.find((one) => one === args?.action);

/**
 * A `schedule_creation` message, checked as completely as the operations on schedules check their requests.
 * @throws AppError `invalid` / `VALIDATION_ERROR` with the paths of the message: `arguments.…`, `payload.…`
 */
export const parseChange = (asked: Asked, when: When): Change => {
  const action = actionOf(asked);
  if (action === undefined) {
    const problem =
      asked.arguments?.action === undefined
        ? 'is required'
        : `must be ${ACTIONS.join(', ')}`.replace(/, (\w+)$/, ' or $1');
    throw refused([{ path: 'arguments.action', problem }]);
  }
  return action === 'create' || action === 'update'
    ? parseDescribed(action, asked, when)
    : parseNamed(action, asked, when);
};

const parseDescribed = (
  action: keyof typeof BESIDE,
  { payload, arguments: args = {} }: Asked,
  when: When,
): Change => {
  const known = Object.keys(BESIDE[action].shape);
  const isBeside = ([name]: [string, unknown]) => known.includes(name);
  const entries = Object.entries(args);
  const beside = z.safeParse(BESIDE[action], Object.fromEntries(entries.filter(isBeside)));
  const problems = beside.success ? [] : problemsOf(beside.error, 'arguments');
  if (Object.hasOwn(args, 'target')) {
    problems.push({ path: 'arguments.target', problem: "is the message's payload here" });
  }
  const described = Object.fromEntries(entries.filter((entry) => !isBeside(entry)));
  try {
    const draft = parseSchedule({ ...described, target: payload }, when);
    if (!beside.success || problems.length > 0) throw refused([]);
    const runNow = beside.data.run_now ?? false;
    if (beside.data.action === 'create') return { action: 'create', draft, runNow };
    const { schedule_id: id } = beside.data;
    return {
      action: 'update',
      which: id === undefined ? { name: draft.name } : { id },
      draft,
      runNow,
    };
  } catch (error) {
    if (!(error instanceof AppError) || error.kind !== 'invalid') throw error;
    throw refused([...problems, ...error.details.map(placed)]);
  }
};

const parseNamed = (
  action: keyof typeof NAMED,
  { payload, arguments: args = {} }: Asked,
  { nowMs }: When,
): Change => {
  const parsed = z.safeParse(NAMED[action], args);
  const problems = parsed.success ? [] : problemsOf(parsed.error, 'arguments');
  const wrong = (path: string, problem: string) => problems.push({ path, problem });
  if (Object.keys(payload).length > 0)
    wrong('payload', `must be empty: ${action} describes nothing`);
  const { schedule_id: id, name } = args;
  if (id === undefined && name === undefined) {
    wrong('arguments.schedule_id', 'is required, unless name says which schedule is meant');
  }
  if (id !== undefined && name !== undefined) {
    wrong('arguments.name', 'must not stand beside schedule_id');
  }
  const ends = parsed.success && parsed.data.action === 'pause' ? parsed.data.until : undefined;
  if (ends !== undefined && Date.parse(ends) <= nowMs) wrong('arguments.until', 'is in the past');
  if (!parsed.success || problems.length > 0) throw refused(problems);

  const { data } = parsed;
  const meant =
    data.schedule_id === undefined ? { name: data.name ?? '' } : { id: data.schedule_id };
  return data.action === 'pause'
    ? { action: 'pause', which: meant, reason: data.reason, until: data.until }
    : { action: data.action, which: meant };
};

/** A schedule's `target` is the message's payload; everything else of a schedule is in `arguments`. */
const placed = ({ path, problem }: Problem): Problem => {
  const isTarget = path === 'target' || path.startsWith('target.');
  if (isTarget) return { path: path.replace('target', 'payload'), problem };
  return { path: path === '' ? 'arguments' : `arguments.${path}`, problem };
};

const refused = (details: readonly Problem[]) =>
  new AppError('invalid', 'VALIDATION_ERROR', 'the message is not valid', { details });
