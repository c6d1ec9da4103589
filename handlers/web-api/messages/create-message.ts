import { requireKeyFor } from '#handlers/web-api/idempotent.ts';
import type { ApiDeps, ApiRequest, ApiResponse } from '#handlers/web-api/operation.ts';
import { checkMessage } from '#lib/entry/check-message.ts';
import { requireManualMessages, requireManualRun } from '#lib/entry/manual-messages.ts';
import type { Message } from '#lib/messages/message.ts';
import { newMessage } from '#lib/messages/new-message.ts';
import { stage } from '#lib/platform/env.ts';
import { AppError } from '#lib/platform/errors.ts';
import { derivedMessageId, newMessageId } from '#lib/platform/id.ts';
import { metricFields } from '#lib/platform/metrics.ts';
import { shownMessage } from './read-messages.ts';

/** The parts of a request that a new message takes. */
export type MessageRequest = Pick<
  ApiRequest,
  'actionParameters' | 'caller' | 'correlationId' | 'flags' | 'idempotencyKey' | 'log' | 'origin'
>;

/**
 * Creates the message that a caller sent, after it was checked completely. With an `origin`, a repeated call creates no
 * second message.
 * @throws AppError `invalid` / `VALIDATION_ERROR` with every problem; `unavailable` / `FEATURE_DISABLED`; as `produce`
 */
export const createMessage = async (
  sent: unknown,
  request: MessageRequest,
  deps: Pick<ApiDeps, 'clock' | 'find' | 'findEndpoint' | 'produce' | 'schedules'>,
): Promise<ApiResponse & { body: ReturnType<typeof shownMessage> }> => {
  const { clock, find, produce, schedules } = deps;
  const { caller, correlationId, log, origin } = request;
  const { draft, change, action } = await checkMessage(sent, request, deps);
  if (action !== undefined) requireKeyFor(action.operation, request);
  requireManualMessages(request, draft.message_type);
  if (change !== undefined) await requireManualRun(request, change, schedules);
  const nowMs = clock.now();
  const fresh = newMessage(
    draft,
    {
      id: origin ? derivedMessageId(origin.atMs, 'request', origin.name) : newMessageId(nowMs),
      created_by: caller,
      correlation_id: draft.correlation_id ?? correlationId,
    },
    { stage, nowMs },
  );
  const message = await produce(fresh, log).catch((error) =>
    existingMessage(fresh.id, error, { origin, find }),
  );
  const { message_type, created_by } = message;
  const detail = { MessageType: message_type, CreatedBy: created_by };
  return {
    status: 201,
    headers: { Location: `/api/messages/${message.id}` },
    body: shownMessage(message),
    logged: {
      message_id: message.id,
      message_type,
      ...metricFields({ MessagesCreated: 1 }, { nowMs, detail }),
    },
  };
};

/** The message that an earlier request with the same key put before it crashed. @throws `error` in every other case */
export const existingMessage = async (
  id: string,
  error: unknown,
  { origin, find }: Pick<ApiDeps, 'find'> & Pick<ApiRequest, 'origin'>,
): Promise<Message> => {
  const isTaken = error instanceof AppError && error.code === 'MESSAGE_EXISTS';
  const message = isTaken && origin ? await find(id) : undefined;
  if (message === undefined) throw error;
  return message;
};
