import * as z from 'zod/mini';
import { parseDraft } from '#lib/messages/draft.ts';
import { isRouted, type MessageType } from '#lib/messages/routes.ts';
import { MINUTE_MS } from '#lib/platform/clock.ts';
import { env, type Stage } from '#lib/platform/env.ts';
import { AppError, type Problem } from '#lib/platform/errors.ts';
import { InstantUtc } from '#lib/platform/instant.ts';
import { explainSystemFields, problemCollector, problemsOf } from '#lib/platform/problems.ts';
import { type Zone, zoneOf } from '#lib/platform/zone.ts';
import type { Expression } from '#lib/schedules/timetable/expression.ts';
import { requireInterval } from '#lib/schedules/timetable/interval.ts';
import { nextOccurrences } from '#lib/schedules/timetable/next-occurrences.ts';
import { parseWithAdvice } from '#lib/schedules/timetable/parse-with-advice.ts';
import type { ScheduleDraft } from './schedule.ts';
import { SCHEDULE_FIELDS, TARGET_TYPES, type TargetType } from './schedule-schema.ts';
import { changesTimes, type ScheduleTimes } from './timing.ts';

/** The minimum time between two occurrences of a schedule. Milliseconds. */
export const CONFIGURED_INTERVAL_MS = env('MIN_INTERVAL_MINUTES') * MINUTE_MS;

/** Fields that only the system sets. The error for a caller who sends one says so. */
const SYSTEM_OWNED = [
  'next_fire_at',
  ...Object.keys(SCHEDULE_FIELDS.system),
  ...Object.keys(SCHEDULE_FIELDS.hidden),
];

/** The message types that a schedule can send, by its `target_type`. Types without a consumer are left out. */
export const ACCEPTED_TARGETS: ReadonlyMap<TargetType, readonly MessageType[]> = new Map(
  (Object.keys(TARGET_TYPES) as TargetType[]).flatMap((kind) => {
    const named: readonly string[] = TARGET_TYPES[kind];
    const types = named.filter(isRouted);
    return types.length > 0 ? [[kind, types] as const] : [];
  }),
);
const ACCEPTED_KINDS = `must be ${[...ACCEPTED_TARGETS.keys()].join(', ')}`.replace(
  /, (\w+)$/,
  ' or $1',
);

const { caller } = SCHEDULE_FIELDS;
const { grace_seconds, max_run_seconds } = caller.expect.shape;
const EXPECT = { grace_seconds: 300, max_run_seconds: 900 };

/** The shape of a schedule that a caller sends, with the defaults. `parseSchedule` checks the values. */
export const ScheduleBody = z.strictObject({
  ...caller,
  timezone: z._default(caller.timezone, 'UTC'),
  target_type: z.enum(Object.keys(TARGET_TYPES) as TargetType[], ACCEPTED_KINDS),
  // `parseDraft` checks it like a posted message.
  target: z.strictObject({
    message_type: z.string(),
    payload: z.union([z.string(), caller.target.shape.payload], 'must be an object or a text'),
    arguments: caller.target.shape.arguments,
  }),
  overlap: z._default(caller.overlap, 'skip'),
  catch_up: z._default(caller.catch_up, 'latest'),
  valid_for_seconds: z._default(caller.valid_for_seconds, 3_600),
  start_date: z.optional(InstantUtc),
  end_date: z.optional(InstantUtc),
  expect: z._default(
    z.strictObject({
      grace_seconds: z._default(grace_seconds, EXPECT.grace_seconds),
      max_run_seconds: z._default(max_run_seconds, EXPECT.max_run_seconds),
    }),
    EXPECT,
  ),
});

/**
 * Parses the schedule of a caller completely: first its shape, then the values of its fields. A caller cannot set the target
 * or the role in EventBridge.
 * @param before the times of the schedule that is replaced; the same times may be in the past
 * @throws AppError `invalid` / `VALIDATION_ERROR` with every problem of the step that failed
 */
export const parseSchedule = (
  input: unknown,
  {
    stage,
    nowMs,
    before,
    minIntervalMs = CONFIGURED_INTERVAL_MS,
  }: { stage: Stage; nowMs: number; before?: ScheduleTimes | undefined; minIntervalMs?: number },
): ScheduleDraft => {
  const parsed = z.safeParse(ScheduleBody, input);
  if (!parsed.success)
    throw invalidScheduleError(explainSystemFields(SYSTEM_OWNED)(problemsOf(parsed.error)));
  const { target, ...draft } = parsed.data;
  const { problems, collect } = problemCollector();

  const path = 'schedule_expression';
  const expression = collect(() => {
    const read = parseWithAdvice(draft.schedule_expression, path);
    requireInterval(read, { path, minMs: minIntervalMs });
    return read;
  });
  const zone = collect(() => zoneOf(draft.timezone));
  const times = { ...draft, schedule_expression: expression?.text ?? draft.schedule_expression };
  if (before === undefined || changesTimes(before, times)) {
    problems.push(...problemsOfTimes(times, { expression, zone, nowMs }));
  }
  const types: readonly string[] | undefined = ACCEPTED_TARGETS.get(draft.target_type);
  if (types === undefined) {
    const problem = `${draft.target_type} has no consumer in this version: ${ACCEPTED_KINDS}`;
    problems.push({ path: 'target_type', problem });
  } else if (!types.includes(target.message_type)) {
    problems.push({
      path: 'target.message_type',
      problem: `must be ${types.join(' or ')} for target_type ${draft.target_type}`,
    });
  }
  const message = collect(() => parseDraft(target, { stage, nowMs }), 'target.');
  if (problems.length > 0 || message === undefined || expression === undefined)
    throw invalidScheduleError(problems);
  const { message_type, payload } = message;
  return {
    ...draft,
    schedule_expression: expression.text,
    target: {
      message_type,
      payload,
      ...(message.arguments === undefined ? {} : { arguments: message.arguments }),
    },
  };
};

/** The problems of the times of a schedule. The expression and the zone are absent if they are not valid. */
const problemsOfTimes = (
  { start_date, end_date }: ScheduleTimes,
  {
    expression,
    zone,
    nowMs,
  }: { expression: Expression | undefined; zone: Zone | undefined; nowMs: number },
): Problem[] => {
  const problems: Problem[] = [];
  const path = 'schedule_expression';
  if (expression?.kind === 'at' && zone !== undefined) {
    const [atMs] = zone.instantsOf(expression.localMs);
    if (atMs === undefined)
      problems.push({ path, problem: 'does not exist, because clocks go forward over it' });
    else if (atMs <= nowMs) problems.push({ path, problem: 'is in the past' });
  }
  if (end_date !== undefined && Date.parse(end_date) <= nowMs) {
    problems.push({ path: 'end_date', problem: 'is in the past' });
  }
  if (start_date !== undefined && end_date !== undefined && end_date < start_date) {
    problems.push({ path: 'end_date', problem: 'is before start_date' });
  }
  if (expression !== undefined && zone !== undefined && problems.length === 0) {
    const dates = { startMs: ms(start_date), endMs: ms(end_date) };
    const { occurrences } = nextOccurrences(expression, zone, {
      fromMs: nowMs,
      count: 1,
      ...dates,
    });
    if (occurrences.length === 0) problems.push({ path, problem: 'would never fire' });
  }
  return problems;
};

const ms = (text: string | undefined) => (text === undefined ? undefined : Date.parse(text));

const invalidScheduleError = (details: Problem[]) =>
  new AppError('invalid', 'VALIDATION_ERROR', 'the schedule is not valid', { details });
