import * as z from 'zod/mini';
import { respondOnce } from '#handlers/web-api/idempotent.ts';
import { existingMessage, type MessageRequest } from '#handlers/web-api/messages/create-message.ts';
import { shownMessage } from '#handlers/web-api/messages/read-messages.ts';
import {
  type ApiDeps,
  type ApiResponse,
  invalidRequestError,
  type Operation,
  operation,
} from '#handlers/web-api/operation.ts';
import { requireManualMessages } from '#lib/entry/manual-messages.ts';
import { iso } from '#lib/platform/clock.ts';
import { stage } from '#lib/platform/env.ts';
import { derivedMessageId, newMessageId } from '#lib/platform/id.ts';
import { InstantMs } from '#lib/platform/instant.ts';
import { metricFields } from '#lib/platform/metrics.ts';
import { ReasonText } from '#lib/platform/text.ts';
import { fireMessage } from '#lib/schedules/fires/fire-message.ts';
import { checkTarget } from './check-target.ts';
import { scheduleIdOf, scheduleResponse } from './schedule-operations.ts';

const PauseBody = z.optional(
  z.strictObject({
    reason: z.optional(ReasonText),
    until: z.optional(InstantMs),
  }),
);

const ReasonBody = z.optional(z.strictObject({ reason: z.optional(ReasonText) }));

export const postPause = operation(
  { body: PauseBody, isBodyOptional: true },
  async ({ body = {}, params, log }, { clock, schedules }) => {
    const id = scheduleIdOf(params);
    const { reason, until } = body;
    if (until !== undefined && until <= clock.now()) {
      throw invalidRequestError('the body is not valid', [
        { path: 'until', problem: 'is in the past' },
      ]);
    }
    const { pause } = schedules;
    const row = await pause(
      id,
      { reason, until: until === undefined ? undefined : iso(until) },
      { clock, log },
    );
    return scheduleResponse(row, clock.now());
  },
);

export const postResume = operation(
  { body: ReasonBody, isBodyOptional: true },
  async ({ body, params, log }, { clock, schedules }) => {
    const { resume } = schedules;
    const row = await resume(scheduleIdOf(params), { clock, log });
    const response = scheduleResponse(row, clock.now());
    return { ...response, logged: { ...response.logged, reason: body?.reason } };
  },
);

/** Creates the message of a schedule now. A repeated request with the same idempotency key creates no second message. */
export const postRun: Operation = {
  ...operation({ body: ReasonBody, isBodyOptional: true }, (request, deps) => {
    const { body, params } = request;
    const id = scheduleIdOf(params);
    return respondOnce('runSchedule', { id, body }, request, deps, (origin) =>
      runSchedule(id, body?.reason, { ...request, origin }, deps),
    );
  }),
  takesKey: true,
};

/**
 * It is not a fire: `overlap` and the counters do not apply. The schedule wrote the message, so `created_by` is `scheduler`:
 * the request is no person's own post of what the message does.
 */
const runSchedule = async (
  id: string,
  reason: string | undefined,
  request: MessageRequest,
  deps: Pick<ApiDeps, 'clock' | 'find' | 'findEndpoint' | 'produce' | 'schedules'>,
): Promise<ApiResponse> => {
  const { clock, find, produce, schedules } = deps;
  const { caller, correlationId, log, origin } = request;
  const schedule = await schedules.find(id);
  const nowMs = clock.now();
  // The message runs now, so its dates are checked, too.
  await checkTarget(schedule, request, deps, nowMs);
  requireManualMessages(request, schedule.target.message_type);
  const messageId = origin
    ? derivedMessageId(origin.atMs, 'request', origin.name)
    : newMessageId(nowMs);
  const template = fireMessage(schedule, nowMs, { id: messageId, stage, nowMs });
  const message = await produce(
    { ...template, requested_by: caller, correlation_id: correlationId },
    log,
  ).catch((error) => existingMessage(messageId, error, { origin, find }));
  return {
    status: 202,
    headers: { Location: `/api/messages/${message.id}` },
    body: shownMessage(message),
    logged: {
      schedule_id: schedule.id,
      message_id: message.id,
      reason,
      ...metricFields({ MessagesCreated: 1 }, { nowMs }),
    },
  };
};
