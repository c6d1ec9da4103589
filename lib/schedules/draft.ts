import * as z from 'zod/mini';
import { parseDraft } from '#lib/messages/draft.ts';
import { MAX_VALIDITY_MS, type MessageType } from '#lib/messages/message.ts';
import { isRouted } from '#lib/messages/routes.ts';
import { MINUTE_MS } from '#lib/platform/clock.ts';
import { env, type Stage } from '#lib/platform/env.ts';
import { AppError, type Problem } from '#lib/platform/errors.ts';
import { InstantUtc } from '#lib/platform/instant.ts';
import { collecting, explainOwned, problemsOf } from '#lib/platform/problems.ts';
import { parseExpression } from '#lib/schedules/timetable/expression.ts';
import { requireInterval } from '#lib/schedules/timetable/interval.ts';
import { nextFires } from '#lib/schedules/timetable/next-fires.ts';
import { zoneOf } from '#lib/schedules/timetable/zone.ts';
import {
  CATCH_UPS,
  OVERLAPS,
  type ScheduleDraft,
  TARGET_TYPES,
  type TargetType,
} from './schedule.ts';

const MAX_VALID_FOR_SECONDS = MAX_VALIDITY_MS / 1_000;
/** The least time between two fires of a schedule. Milliseconds. */
export const MIN_INTERVAL_MS = env('MIN_INTERVAL_MINUTES') * MINUTE_MS;
const MAX_GRACE_SECONDS = 86_400;

/** Fields that only the system sets; the error for a caller who sends one says so. */
const SERVER_OWNED = [
  ...['id', 'status', 'schedule_arn', 'health', 'revision', 'timing_revision', 'created_by'],
  ...[
    'created_date',
    'updated_date',
    'last_fired_at',
    'last_run',
    'next_fire_at',
    'execution_count',
    'ttl',
  ],
  ...['consecutive_failures', 'paused_reason', 'paused_until', 'error_message', 'problem'],
  'down_since',
  'zone_data_differs',
];

/** Without a space at either end, so that different names look different. */
const NAME = /^[\w.-](?:[\w .-]{0,62}[\w.-])?$/;

/** The message types that a schedule may send now, by its `target_type`; kinds without a consumer are left out. */
export const ACCEPTED_TARGETS: ReadonlyMap<TargetType, readonly MessageType[]> = new Map(
  (Object.keys(TARGET_TYPES) as TargetType[]).flatMap((kind) => {
    const named: readonly string[] = TARGET_TYPES[kind];
    const types = named.filter(isRouted);
    return types.length > 0 ? [[kind, types] as const] : [];
  }),
);
const ACCEPTED_KINDS = `must be ${[...ACCEPTED_TARGETS.keys()].join(' or ')}`;

const whole = (least: number, most: number) => {
  const range = `must be ${least} to ${most}`;
  return z.int(range).check(z.minimum(least, range), z.maximum(most, range));
};

const Expectations = z.strictObject({
  grace_seconds: z._default(whole(60, MAX_GRACE_SECONDS), 300),
  max_run_seconds: z._default(whole(60, MAX_GRACE_SECONDS), 900),
});

/** A schedule as a caller describes it; `parseSchedule` also checks what a schema cannot express. */
export const ScheduleBody = z.strictObject({
  name: z
    .string()
    .check(z.regex(NAME, 'must be 1 to 64 of letters, digits, _ . - and, between them, space')),
  description: z.optional(z.string().check(z.maxLength(500))),
  schedule_expression: z.string(),
  timezone: z._default(z.string(), 'UTC'),
  target_type: z.enum(Object.keys(TARGET_TYPES) as TargetType[], ACCEPTED_KINDS),
  target: z.strictObject({
    message_type: z.string(),
    payload: z.union(
      [z.string(), z.record(z.string(), z.unknown())],
      'must be an object or a text',
    ),
    arguments: z.optional(z.record(z.string(), z.unknown())),
  }),
  overlap: z._default(z.enum(OVERLAPS), 'skip'),
  catch_up: z._default(z.enum(CATCH_UPS), 'latest'),
  valid_for_seconds: z._default(whole(60, MAX_VALID_FOR_SECONDS), 3_600),
  start_date: z.optional(InstantUtc),
  end_date: z.optional(InstantUtc),
  max_runs: z.optional(whole(1, 1_000_000)),
  expect: z._default(Expectations, { grace_seconds: 300, max_run_seconds: 900 }),
});

/**
 * A caller's schedule, checked completely: first its shape, then the values of its fields. A caller cannot set the
 * target or the role in EventBridge; everything from the caller becomes data of a message.
 * @throws AppError `invalid` / `VALIDATION_ERROR` with every problem of the step that failed
 */
export const parseSchedule = (
  input: unknown,
  {
    stage,
    nowMs,
    minIntervalMs = MIN_INTERVAL_MS,
  }: { stage: Stage; nowMs: number; minIntervalMs?: number },
): ScheduleDraft => {
  const parsed = z.safeParse(ScheduleBody, input);
  if (!parsed.success) throw refused(explainOwned(SERVER_OWNED)(problemsOf(parsed.error)));
  const { target, ...draft } = parsed.data;
  const { problems, collect } = collecting();

  const path = 'schedule_expression';
  const expression = collect(() => {
    const read = parseExpression(draft.schedule_expression, path);
    requireInterval(read, { path, minMs: minIntervalMs });
    return read;
  });
  const zone = collect(() => zoneOf(draft.timezone));
  if (expression?.kind === 'at' && zone !== undefined) {
    const [atMs] = zone.instantsOf(expression.localMs);
    if (atMs === undefined)
      problems.push({ path, problem: 'clocks skip that time: it would never fire' });
    else if (atMs <= nowMs) problems.push({ path, problem: 'is in the past' });
  }
  const { start_date, end_date } = draft;
  if (end_date !== undefined && Date.parse(end_date) <= nowMs) {
    problems.push({ path: 'end_date', problem: 'is in the past' });
  }
  if (start_date !== undefined && end_date !== undefined && end_date < start_date) {
    problems.push({ path: 'end_date', problem: 'is before start_date' });
  }
  if (expression !== undefined && zone !== undefined && problems.length === 0) {
    const dates = { startMs: ms(start_date), endMs: ms(end_date) };
    const { fires } = nextFires(expression, zone, { fromMs: nowMs, count: 1, ...dates });
    if (fires.length === 0) problems.push({ path, problem: 'would never fire' });
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
    throw refused(problems);
  const { message_type, payload, arguments: args } = message;
  return {
    ...draft,
    schedule_expression: expression.text,
    target: { message_type, payload, ...(args === undefined ? {} : { arguments: args }) },
  };
};

const ms = (text: string | undefined) => (text === undefined ? undefined : Date.parse(text));

const refused = (details: Problem[]) =>
  new AppError('invalid', 'VALIDATION_ERROR', 'the schedule is not valid', { details });
