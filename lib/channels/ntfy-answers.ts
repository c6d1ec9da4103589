import * as z from 'zod/mini';
import type { HttpResponse } from '#lib/http/response.ts';
import { DAY_MS } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';

/** Daily quota: the server counts by the day of UTC and does not say when to come back. */
const QUOTA_CODE = 42908;
/** Nothing about the server or its settings: this very request can never succeed. */
const NEVER_STATUSES: readonly number[] = [400, 404, 413];

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
 * What an answer that is not 2xx means, as `NTFY_<code of ntfy>` or, where a proxy answered in its place, `NTFY_<status>`.
 * Nothing of the body gets into the error.
 *
 * | answer | kind |
 * | --- | --- |
 * | 400, 404, 413 | `invalid` |
 * | 429, 5xx | `unavailable`; the daily quota until midnight UTC |
 * | 401, 403 and whatever else | `unavailable`, not to be repeated: somebody has to mend the settings |
 */
export const refusalOf = (
  { status, body }: Pick<HttpResponse, 'status' | 'body'>,
  askedMs: number | undefined,
  nowMs: number,
): AppError | undefined => {
  if (status >= 200 && status < 300) return undefined;
  const number = z.safeParse(Refused, parse(body)).data?.code ?? status;
  const code = `NTFY_${number}` as const;
  const message = `ntfy answered ${status}`;
  if (NEVER_STATUSES.includes(status)) return new AppError('invalid', code, message);
  const waitMs = number === QUOTA_CODE ? (askedMs ?? DAY_MS - (nowMs % DAY_MS)) : askedMs;
  return new AppError('unavailable', code, message, {
    retryable: status === 429 || status >= 500,
    ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
  });
};

/** @throws AppError `unavailable` / `NTFY_UNREADABLE`: whoever answered, it may not have been ntfy. */
export const readStored = (body: string): z.output<typeof Stored> => {
  const parsed = z.safeParse(Stored, parse(body));
  if (parsed.success) return parsed.data;
  throw new AppError('unavailable', 'NTFY_UNREADABLE', 'ntfy gave no receipt', {
    retryable: false,
  });
};

/** The messages of a poll; other events, and lines that nobody can read, are skipped. */
export const readLines = (body: string): z.output<typeof Line>[] =>
  body.split('\n').flatMap((line) => z.safeParse(Line, parse(line)).data ?? []);

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
