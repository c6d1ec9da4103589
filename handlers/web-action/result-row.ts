import { type ActionResult, MAX_BODY_BYTES } from '#lib/actions/action-records.ts';
import type { Exchange } from '#lib/actions/service-calls.ts';
import type { Message } from '#lib/messages/message.ts';
import { DAY_MS, iso, SECOND_MS } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import { derivedMessageId, messageIdTime } from '#lib/platform/id.ts';

export interface Ending {
  action: string;
  operation: string;
  /** Why the run failed; absent when it succeeded. */
  error?: unknown;
  /** The last exchange with a service. */
  exchange: Exchange | undefined;
  /** Milliseconds since the Unix epoch. */
  startMs: number;
  nowMs: number;
}

const KEPT_MS = 3 * DAY_MS;

/** The id of the result of a run: derived, so that a repeated write is the same row. */
export const resultIdOf = ({ id, attempt }: Pick<Message, 'id' | 'attempt'>): string =>
  derivedMessageId(messageIdTime(id), id, 'result', attempt).replace('msg_', 'result_');

/** The row of the results table about one run. */
export const resultRow = (
  message: Pick<Message, 'id' | 'attempt'>,
  { action, operation, error, exchange, startMs, nowMs }: Ending,
): ActionResult => {
  const body = exchange?.body === undefined ? undefined : cut(exchange.body);
  return {
    id: resultIdOf(message),
    message_id: message.id,
    action,
    operation,
    status: error === undefined ? 'success' : 'failed',
    ...(exchange === undefined ? {} : { url: exchange.url }),
    ...(exchange?.status === undefined ? {} : { response_code: exchange.status }),
    ...(body === undefined ? {} : { response_body: body.text }),
    ...(body?.isCut ? { truncated: true } : {}),
    ...(error === undefined ? {} : reasonOf(error)),
    execution_time_ms: nowMs - startMs,
    created_date: iso(nowMs),
    ttl: Math.floor((nowMs + KEPT_MS) / SECOND_MS),
  };
};

const reasonOf = (error: unknown) =>
  error instanceof AppError
    ? { error_code: error.code, error_message: error.message }
    : { error_code: 'INTERNAL', error_message: 'something went wrong on our side' };

/** The beginning of a text that fits, without half a character at its end. */
const cut = (text: string): { text: string; isCut: boolean } => {
  const bytes = Buffer.from(text);
  if (bytes.length <= MAX_BODY_BYTES) return { text, isCut: false };
  let end = MAX_BODY_BYTES;
  // The following bytes of a character begin with the bits 10.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return { text: bytes.toString('utf8', 0, end), isCut: true };
};
