import * as z from 'zod/mini';
import type { Message } from '#lib/messages/message.ts';
import type { Stage } from '#lib/platform/env.ts';
import { AppError, type Problem } from '#lib/platform/errors.ts';
import { SCHEDULE_ID } from '#lib/platform/id.ts';
import { InstantUtc } from '#lib/platform/instant.ts';
import { problemsOf } from '#lib/platform/problems.ts';
import { ReasonText } from '#lib/platform/text.ts';
import { parseSchedule, ScheduleBody } from '#lib/schedules/draft.ts';
import type { ScheduleDraft } from '#lib/schedules/schedule.ts';
import type { ScheduleTimes } from '#lib/schedules/timing.ts';

/** The id or the name of a schedule. */
export type ScheduleReference = { id: string } | { name: string };

/** A parsed request of a `schedule_creation` message. `runNow`: also send the schedule's message now. */
export type ScheduleChange =
  | { action: 'create'; draft: ScheduleDraft; runNow: boolean }
  | { action: 'update'; which: ScheduleReference; draft: ScheduleDraft; runNow: boolean }
  | { action: 'delete' | 'resume' | 'execute'; which: ScheduleReference }
  | {
      action: 'pause';
      which: ScheduleReference;
      reason?: string | undefined;
      until?: string | undefined;
    };

export type ChangeAction = ScheduleChange['action'];

/** The payload of the message is the target. The other fields of a schedule are arguments. */
const { target: _target, ...SCHEDULE_ARGUMENTS } = ScheduleBody.shape;

const schedule_id = z.optional(
  z.string().check(z.regex(SCHEDULE_ID, 'must be the id of a schedule')),
);
const which = { schedule_id, name: z.optional(SCHEDULE_ARGUMENTS.name) };
const run_now = z.optional(z.boolean());
const reason = z.optional(ReasonText);
const until = z.optional(InstantUtc);

/** Actions with all fields of a schedule: their other arguments. */
const DESCRIBING = {
  create: z.strictObject({ action: z.literal('create'), run_now }),
  update: z.strictObject({ action: z.literal('update'), schedule_id, run_now }),
};

/** Actions that only name a schedule: all arguments. */
const NAMING = {
  delete: z.strictObject({ action: z.literal('delete'), ...which, reason }),
  pause: z.strictObject({ action: z.literal('pause'), ...which, reason, until }),
  resume: z.strictObject({ action: z.literal('resume'), ...which, reason }),
  execute: z.strictObject({ action: z.literal('execute'), ...which, reason }),
};

const ACTIONS = [...Object.keys(DESCRIBING), ...Object.keys(NAMING)] as ChangeAction[];

/** All arguments of all actions, for the contract. `parseChange` checks which action has which. */
export const ChangeArguments = z.strictObject({
  action: z.enum(ACTIONS),
  schedule_id,
  ...z.partial(z.strictObject(SCHEDULE_ARGUMENTS)).shape,
  run_now,
  reason,
  until,
});

type Request = Pick<Message, 'payload' | 'arguments'>;

interface ParseOptions {
  stage: Stage;
  nowMs: number;
  /** The times of the schedule that `updatedReference` names. An update may repeat times in the past. */
  before?: ScheduleTimes | undefined;
}

/** The action of a message, `undefined` if it is missing or unknown. */
export const actionOf = ({ arguments: args }: Request): ChangeAction | undefined =>
  ACTIONS.find((action) => action === args?.action);

/** The schedule that an update names, `undefined` for another action and for arguments that are not valid. */
export const updatedReference = (request: Request): ScheduleReference | undefined => {
  const { schedule_id: id, name } = request.arguments ?? {};
  if (actionOf(request) !== 'update') return undefined;
  if (id !== undefined) return typeof id === 'string' && SCHEDULE_ID.test(id) ? { id } : undefined;
  const parsed = z.safeParse(SCHEDULE_ARGUMENTS.name, name);
  return parsed.success ? { name: parsed.data } : undefined;
};

/**
 * Parses the request of a `schedule_creation` message as completely as the operations on schedules do.
 * @throws AppError `invalid` / `VALIDATION_ERROR` with paths in the message: `arguments.…`, `payload.…`
 */
export const parseChange = (request: Request, options: ParseOptions): ScheduleChange => {
  const action = actionOf(request);
  if (action === undefined) {
    const problem =
      request.arguments?.action === undefined
        ? 'is required'
        : `must be ${ACTIONS.join(', ')}`.replace(/, (\w+)$/, ' or $1');
    throw invalidChangeError([{ path: 'arguments.action', problem }]);
  }
  return action === 'create' || action === 'update'
    ? parseDescribing(action, request, options)
    : parseNaming(action, request, options);
};

const parseDescribing = (
  action: keyof typeof DESCRIBING,
  { payload, arguments: args = {} }: Request,
  options: ParseOptions,
): ScheduleChange => {
  const ownArguments = Object.keys(DESCRIBING[action].shape);
  const isOwnArgument = ([name]: [string, unknown]) => ownArguments.includes(name);
  const entries = Object.entries(args);
  const own = z.safeParse(DESCRIBING[action], Object.fromEntries(entries.filter(isOwnArgument)));
  const problems = own.success ? [] : problemsOf(own.error, 'arguments');
  if (Object.hasOwn(args, 'target')) {
    problems.push({ path: 'arguments.target', problem: "is the message's payload here" });
  }
  const described = Object.fromEntries(entries.filter((entry) => !isOwnArgument(entry)));
  try {
    const draft = parseSchedule({ ...described, target: payload }, options);
    if (!own.success || problems.length > 0) throw invalidChangeError([]);
    const runNow = own.data.run_now ?? false;
    if (own.data.action === 'create') return { action: 'create', draft, runNow };
    const { schedule_id: id } = own.data;
    return {
      action: 'update',
      which: id === undefined ? { name: draft.name } : { id },
      draft,
      runNow,
    };
  } catch (error) {
    if (!(error instanceof AppError) || error.kind !== 'invalid') throw error;
    throw invalidChangeError([...problems, ...error.details.map(inMessage)]);
  }
};

const parseNaming = (
  action: keyof typeof NAMING,
  { payload, arguments: args = {} }: Request,
  { nowMs }: ParseOptions,
): ScheduleChange => {
  const parsed = z.safeParse(NAMING[action], args);
  const problems = parsed.success ? [] : problemsOf(parsed.error, 'arguments');
  const wrong = (path: string, problem: string) => problems.push({ path, problem });
  if (Object.keys(payload).length > 0) {
    wrong('payload', `must be empty: ${action} describes no schedule`);
  }
  const { schedule_id: id, name } = args;
  if (id === undefined && name === undefined) {
    wrong('arguments.schedule_id', 'is required unless name says which schedule is meant');
  }
  if (id !== undefined && name !== undefined) {
    wrong('arguments.name', 'must not be given together with schedule_id');
  }
  const end = parsed.success && parsed.data.action === 'pause' ? parsed.data.until : undefined;
  if (end !== undefined && Date.parse(end) <= nowMs) wrong('arguments.until', 'is in the past');
  if (!parsed.success || problems.length > 0) throw invalidChangeError(problems);

  const { data } = parsed;
  const reference =
    data.schedule_id === undefined ? { name: data.name ?? '' } : { id: data.schedule_id };
  return data.action === 'pause'
    ? { action: 'pause', which: reference, reason: data.reason, until: data.until }
    : { action: data.action, which: reference };
};

/** The problem of a schedule, with its path in the message. */
const inMessage = ({ path, problem }: Problem): Problem => {
  const isTarget = path === 'target' || path.startsWith('target.');
  if (isTarget) return { path: path.replace('target', 'payload'), problem };
  return { path: path === '' ? 'arguments' : `arguments.${path}`, problem };
};

const invalidChangeError = (details: readonly Problem[]) =>
  new AppError('invalid', 'VALIDATION_ERROR', 'the message is not valid', { details });
