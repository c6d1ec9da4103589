import * as z from 'zod/mini';
import { JOBS_BY_OPERATION } from '#lib/jobs/registry.ts';
import { iso } from '#lib/platform/clock.ts';
import type { Stage } from '#lib/platform/env.ts';
import { AppError, type Problem } from '#lib/platform/errors.ts';
import { Instant } from '#lib/platform/instant.ts';
import { explainSystemFields, problemCollector, problemsOf } from '#lib/platform/problems.ts';
import {
  isSupported,
  MAX_ARGUMENTS_BYTES,
  MAX_PAYLOAD_BYTES,
  MAX_VALIDITY_MS,
  SCHEMA_VERSION,
} from './message.ts';
import { CALLER_FIELDS, SYSTEM_FIELDS } from './message-schema.ts';
import { type CheckedDraft, sizeBytes } from './new-message.ts';
import { checkPayload } from './payloads.ts';
import { isRouted, MESSAGE_TYPES, RESERVED_TYPES } from './routes.ts';

/** What `arguments.operation` of a `scheduled` message may be. */
const JOB_OPERATIONS: readonly unknown[] = Object.keys(JOBS_BY_OPERATION);

/** What a caller may send: the caller's fields of a message, and the stage that the caller expects. */
export const DraftSchema = z.strictObject({
  message_type: CALLER_FIELDS.message_type,
  payload: z.union([z.string(), CALLER_FIELDS.payload], 'must be an object or a text'),
  arguments: CALLER_FIELDS.arguments,
  stage: z.optional(SYSTEM_FIELDS.stage),
  version: z.optional(z.string().check(z.regex(/^\d{1,3}\.\d{1,3}$/))),
  valid_until: z.optional(Instant),
  correlation_id: z.optional(CALLER_FIELDS.correlation_id),
  auth_config: CALLER_FIELDS.auth_config,
} satisfies Record<keyof typeof CALLER_FIELDS | 'stage', z.ZodMiniType>);

/**
 * If a request contains one of these, the error says that the system sets it. `message_id` is the `id` in responses.
 */
const SYSTEM_OWNED = ['message_id', ...Object.keys(SYSTEM_FIELDS)].filter(
  (name) => !(name in DraftSchema.shape),
);

/**
 * A caller's draft, checked completely: first its shape, then the values of its fields. Nothing is changed silently.
 * @throws AppError `invalid` / `VALIDATION_ERROR` with every problem of the step that failed
 */
export const parseDraft = (
  input: unknown,
  { stage, nowMs }: { stage: Stage; nowMs: number },
): CheckedDraft => {
  const parsed = z.safeParse(DraftSchema, input);
  if (!parsed.success)
    throw invalidDraftError(explainSystemFields(SYSTEM_OWNED)(problemsOf(parsed.error)));
  const { message_type, payload, arguments: args, auth_config } = parsed.data;
  const { valid_until, correlation_id } = parsed.data;
  const { problems, collect } = problemCollector();
  const addProblem = (path: string, problem: string) => problems.push({ path, problem });

  if (!isRouted(message_type)) {
    addProblem(
      'message_type',
      RESERVED_TYPES.includes(message_type)
        ? `${message_type} has no consumer in this version`
        : `must be one of ${MESSAGE_TYPES.join(', ')}`,
    );
  }
  if (parsed.data.stage !== undefined && parsed.data.stage !== stage) {
    addProblem('stage', `this deployment is ${stage}`);
  }
  if (parsed.data.version !== undefined && !isSupported(parsed.data.version)) {
    addProblem('version', `must be ${SCHEMA_VERSION} or a later 1.x`);
  }
  // The operation of a web action checks its own: see `lib/actions/parse-action.ts`.
  if (auth_config !== undefined && message_type !== 'web_action') {
    addProblem('auth_config', 'no message of this type carries one');
  }
  if (sizeBytes(payload) > MAX_PAYLOAD_BYTES) addProblem('payload', 'is larger than 64 KB');
  if (sizeBytes(args) > MAX_ARGUMENTS_BYTES) addProblem('arguments', 'is larger than 16 KB');
  const jobs = `the jobs are ${JOB_OPERATIONS.join(', ')}`;
  const hasJob = message_type === 'scheduled' && args?.operation !== undefined;
  if (hasJob && !JOB_OPERATIONS.includes(args.operation)) {
    addProblem('arguments.operation', `is not a job; ${jobs}`);
  }
  const until = valid_until === undefined ? undefined : Date.parse(valid_until);
  if (until !== undefined && until <= nowMs) addProblem('valid_until', 'is in the past');
  if (until !== undefined && until > nowMs + MAX_VALIDITY_MS) {
    addProblem('valid_until', 'is more than 30 days ahead');
  }

  // Without a job, a scheduled message is delivered like a manual one.
  const isDelivered = message_type === 'scheduled' && !hasJob;
  const shape = isDelivered ? 'manual' : message_type;
  const checked = isRouted(shape) ? collect(() => checkPayload(shape, payload)) : undefined;
  if (isDelivered && checked === undefined) {
    addProblem('arguments.operation', `is required unless the payload is a push; ${jobs}`);
  }
  if (problems.length > 0 || !isRouted(message_type) || checked === undefined) {
    throw invalidDraftError(problems);
  }
  return {
    ...(parsed.data.version === undefined ? {} : { version: parsed.data.version }),
    message_type,
    payload: checked,
    ...(args === undefined ? {} : { arguments: args }),
    ...(auth_config === undefined ? {} : { auth_config }),
    ...(until === undefined ? {} : { valid_until: iso(until) }),
    ...(correlation_id === undefined ? {} : { correlation_id }),
  };
};

const invalidDraftError = (details: Problem[]) =>
  new AppError('invalid', 'VALIDATION_ERROR', 'the message is not valid', {
    details,
  });
