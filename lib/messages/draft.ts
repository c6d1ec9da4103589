import * as z from 'zod/mini';
import { iso } from '#lib/platform/clock.ts';
import type { Stage } from '#lib/platform/env.ts';
import { AppError, type Problem } from '#lib/platform/errors.ts';
import { Instant } from '#lib/platform/instant.ts';
import { collecting, explainOwned, problemsOf } from '#lib/platform/problems.ts';
import {
  isSupported,
  MAX_ARGUMENTS_BYTES,
  MAX_PAYLOAD_BYTES,
  MAX_VALIDITY_MS,
  MESSAGE_TYPES,
  SCHEMA_VERSION,
} from './message.ts';
import { type Draft, sizeBytes } from './new-message.ts';
import { checkPayload } from './payloads.ts';
import { isRouted, RESERVED_TYPES } from './routes.ts';

/** Fields that only the system sets; a caller who sends one is told so. */
const SERVER_OWNED = [
  ...['id', 'message_id', 'status', 'created_by', 'created_date', 'updated_date', 'parent_id'],
  ...['hop_count', 'attempt', 'strikes', 'retry_count', 'claimed_by', 'lease_until', 'not_before'],
  ...['next_due_at', 'due_bucket', 'result', 'error_code', 'error_message', 'redrives', 'ttl'],
  ...['notification_id', 'send_started', 'processing_started_at', 'processing_completed_at'],
];

/** What a caller may say about a message. */
export const DraftSchema = z.strictObject({
  message_type: z.string(),
  payload: z.union([z.string(), z.record(z.string(), z.unknown())], 'must be an object or a text'),
  arguments: z.optional(z.record(z.string(), z.unknown())),
  stage: z.optional(z.enum(['dev', 'stage', 'prod'])),
  version: z.optional(z.string().check(z.regex(/^\d{1,3}\.\d{1,3}$/))),
  valid_until: z.optional(Instant),
  correlation_id: z.optional(z.string().check(z.regex(/^[\w-]{1,64}$/))),
  auth_config: z.optional(z.record(z.string(), z.unknown())),
});

/**
 * A caller's draft, checked completely: first everything that is wrong with its shape, then everything that is wrong with
 * what it says. Nothing is changed in silence.
 * @throws AppError `invalid` / `VALIDATION_ERROR` with paths and problems.
 */
export const parseDraft = (
  input: unknown,
  { stage, nowMs }: { stage: Stage; nowMs: number },
): Draft => {
  const parsed = z.safeParse(DraftSchema, input);
  if (!parsed.success) throw refused(explainOwned(SERVER_OWNED)(problemsOf(parsed.error)));
  const { message_type, payload, arguments: args, valid_until, correlation_id } = parsed.data;
  const { problems, collect } = collecting();
  const wrong = (path: string, problem: string) => problems.push({ path, problem });

  if (!isRouted(message_type)) {
    wrong(
      'message_type',
      RESERVED_TYPES.includes(message_type)
        ? `${message_type} has no consumer in this version`
        : `must be one of ${MESSAGE_TYPES.join(', ')}`,
    );
  }
  if (parsed.data.stage !== undefined && parsed.data.stage !== stage) {
    wrong('stage', `this deployment is ${stage}`);
  }
  if (parsed.data.version !== undefined && !isSupported(parsed.data.version)) {
    wrong('version', `must be ${SCHEMA_VERSION} or a later 1.x`);
  }
  if (parsed.data.auth_config !== undefined) {
    wrong('auth_config', 'no message of this type carries one');
  }
  if (sizeBytes(payload) > MAX_PAYLOAD_BYTES) wrong('payload', 'is larger than 64 KB');
  if (sizeBytes(args) > MAX_ARGUMENTS_BYTES) wrong('arguments', 'is larger than 16 KB');
  if (message_type === 'scheduled' && typeof args?.operation !== 'string') {
    wrong('arguments.operation', 'must name the job to run');
  }
  const until = valid_until === undefined ? undefined : Date.parse(valid_until);
  if (until !== undefined && until <= nowMs) wrong('valid_until', 'is in the past');
  if (until !== undefined && until > nowMs + MAX_VALIDITY_MS) {
    wrong('valid_until', 'is more than 30 days ahead');
  }

  const checked = isRouted(message_type)
    ? collect(() => checkPayload(message_type, payload))
    : undefined;
  if (problems.length > 0 || !isRouted(message_type) || checked === undefined) {
    throw refused(problems);
  }
  return {
    ...(parsed.data.version === undefined ? {} : { version: parsed.data.version }),
    message_type,
    payload: checked,
    ...(args === undefined ? {} : { arguments: args }),
    ...(until === undefined ? {} : { valid_until: iso(until) }),
    ...(correlation_id === undefined ? {} : { correlation_id }),
  };
};

const refused = (details: Problem[]) =>
  new AppError('invalid', 'VALIDATION_ERROR', 'the message is not valid', {
    details,
  });
