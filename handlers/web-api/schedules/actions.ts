import * as z from 'zod/mini';
import { readCursor } from '#handlers/web-api/cursor.ts';
import { requireManualMessages } from '#handlers/web-api/messages/preconditions.ts';
import { shownMessage } from '#handlers/web-api/messages/read-messages.ts';
import { invalidRequestError, operation } from '#handlers/web-api/operation.ts';
import { PAGING, paginationOf, requireCursorKey } from '#handlers/web-api/paging.ts';
import { iso } from '#lib/platform/clock.ts';
import { stage } from '#lib/platform/env.ts';
import { newMessageId } from '#lib/platform/id.ts';
import { InstantMs } from '#lib/platform/instant.ts';
import { metricFields } from '#lib/platform/metrics.ts';
import { ReasonText } from '#lib/platform/text.ts';
import { fireMessage } from '#lib/schedules/fires/fire-message.ts';
import { scheduleIdOf, scheduleResponse } from './rows.ts';

const PauseBody = z.optional(
  z.strictObject({
    reason: z.optional(ReasonText),
    until: z.optional(InstantMs),
  }),
);

const ReasonBody = z.optional(z.strictObject({ reason: z.optional(ReasonText) }));

export const pause = operation(
  { body: PauseBody, isBodyOptional: true },
  async ({ body = {}, params, log }, { clock, schedules }) => {
    const id = scheduleIdOf(params);
    const { reason, until } = body;
    if (until !== undefined && until <= clock.now()) {
      throw invalidRequestError('the body is not valid', [
        { path: 'until', problem: 'is in the past' },
      ]);
    }
    const { pause: pauseSchedule } = schedules;
    const row = await pauseSchedule(
      id,
      { reason, until: until === undefined ? undefined : iso(until) },
      { clock, log },
    );
    return scheduleResponse(row, clock.now());
  },
);

export const resume = operation(
  { body: ReasonBody, isBodyOptional: true },
  async ({ body, params, log }, { clock, schedules }) => {
    const { resume: resumeSchedule } = schedules;
    const row = await resumeSchedule(scheduleIdOf(params), { clock, log });
    const response = scheduleResponse(row, clock.now());
    return { ...response, logged: { ...response.logged, reason: body?.reason } };
  },
);

/** Create the message of a schedule now. It is not a fire: `overlap` and the counters do not apply. */
export const runNow = operation(
  { body: ReasonBody, isBodyOptional: true },
  async (request, { clock, produce, schedules }) => {
    const { body, caller, correlationId, params, log } = request;
    const { find } = schedules;
    const schedule = await find(scheduleIdOf(params));
    requireManualMessages(request, schedule.target.message_type);
    const nowMs = clock.now();
    const template = fireMessage(schedule, nowMs, { id: newMessageId(nowMs), stage, nowMs });
    const message = await produce(
      { ...template, created_by: caller, requested_by: caller, correlation_id: correlationId },
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

const FiresQuery = z.strictObject(PAGING);

export const listFires = operation(
  { query: FiresQuery },
  async ({ params, query, cursorKey }, { clock, schedules }) => {
    const key = requireCursorKey(cursorKey);
    const id = scheduleIdOf(params);
    const { limit, cursor } = query;
    const scope = ['fires', stage, id];
    const { find, pastFires } = schedules;
    const after = cursor === undefined ? undefined : readCursor(cursor, scope, key);
    const beforeMs = after === undefined ? clock.now() : Date.parse(after.created_date);
    const { fires, nextMs } = await pastFires(await find(id), { beforeMs, limit });
    const next = nextMs === undefined ? undefined : { id, created_date: iso(nextMs) };
    return {
      status: 200,
      body: {
        data: fires,
        pagination: paginationOf(next, { limit, scope, key }),
        count: fires.length,
      },
    };
  },
);
