import * as z from 'zod/mini';
import type { HttpResponse } from '#lib/http/response.ts';
import { DAY_MS } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';

/** The daily quota is used up. It ends at midnight UTC, but the server sends no Retry-After. */
const QUOTA_CODE = 42908;
/** Statuses that are about this request, and not about the server or its settings. The request can never succeed. */
const PERMANENT_STATUSES: readonly number[] = [400, 404, 413];

const Stored = z.object({
  id: z.string().check(z.minLength(1)),
  sequence_id: z.optional(z.string()),
});
const Line = z.object({
  ...Stored.shape,
  event: z.literal('message'),
  title: z.optional(z.string()),
  message: z.string(),
});
const Refused = z.object({ code: z.int() });

/**
 * The error for a response that is not 2xx. Its code is `NTFY_<code of ntfy>`, or `NTFY_<status>` when a proxy responded
 * instead of ntfy. The error contains nothing else of the body.
 *
 * | status | kind |
 * | --- | --- |
 * | 400, 404, 413 | `invalid` |
 * | 429, 5xx | `unavailable`; for the daily quota until midnight UTC |
 * | 401, 403 and all others | `unavailable` and not retryable, because an operator has to change the settings |
 */
export const ntfyError = (
  { status, body }: Pick<HttpResponse, 'status' | 'body'>,
  askedMs: number | undefined,
  nowMs: number,
): AppError | undefined => {
  if (status >= 200 && status < 300) return undefined;
  const number = z.safeParse(Refused, parse(body)).data?.code ?? status;
  const code = `NTFY_${number}` as const;
  const message = `ntfy responded with ${status}`;
  if (PERMANENT_STATUSES.includes(status)) return new AppError('invalid', code, message);
  const waitMs = number === QUOTA_CODE ? (askedMs ?? DAY_MS - (nowMs % DAY_MS)) : askedMs;
  return new AppError('unavailable', code, message, {
    retryable: status === 429 || status >= 500,
    ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
  });
};

/**
 * The message that the server stored.
 * @throws AppError `unavailable` / `NTFY_UNREADABLE` for any other body. Another server may have responded.
 */
export const readStored = (body: string): z.output<typeof Stored> => {
  const parsed = z.safeParse(Stored, parse(body));
  if (parsed.success) return parsed.data;
  throw new AppError('unavailable', 'NTFY_UNREADABLE', 'the response is not a receipt of ntfy', {
    retryable: false,
  });
};

/** The messages in the response to a poll. Other events and lines that cannot be parsed are skipped. */
export const readLines = (body: string): z.output<typeof Line>[] =>
  body.split('\n').flatMap((line) => z.safeParse(Line, parse(line)).data ?? []);

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
