import * as z from 'zod/mini';
import { requireManualMessages } from '#handlers/web-api/messages/preconditions.ts';
import { shownMessage } from '#handlers/web-api/messages/read-messages.ts';
import { invalidRequestError, operation } from '#handlers/web-api/operation.ts';
import { iso } from '#lib/platform/clock.ts';
import { stage } from '#lib/platform/env.ts';
import { newMessageId } from '#lib/platform/id.ts';
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

/**
 * Creates the message of a schedule now. It is not a fire: `overlap` and the counters do not apply. The schedule wrote the
 * message, so `created_by` is `scheduler`: the request is no person's own post of what the message does.
 */
export const postRun = operation(
  { body: ReasonBody, isBodyOptional: true },
  async (request, deps) => {
    const { clock, produce, schedules } = deps;
    const { body, caller, correlationId, params, log } = request;
    const { find } = schedules;
    const schedule = await find(scheduleIdOf(params));
    const nowMs = clock.now();
    // The message runs now, so its dates are checked, too.
    await checkTarget(schedule, request, deps, nowMs);
    requireManualMessages(request, schedule.target.message_type);
    const template = fireMessage(schedule, nowMs, { id: newMessageId(nowMs), stage, nowMs });
    const message = await produce(
      { ...template, requested_by: caller, correlation_id: correlationId },
      log,
    );
    return {
      status: 202,
      headers: { Location: `/api/messages/${message.id}` },
      body: shownMessage(message),
      logged: {
        schedule_id: schedule.id,
        message_id: message.id,
        reason: body?.reason,
        ...metricFields({ MessagesCreated: 1 }, { nowMs }),
      },
    };
  },
);
