import { DAY_MS, SECOND_MS } from '#lib/platform/clock.ts';

const SECONDS = /^\d{1,10}$/;
const HTTP_DATE =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT$/;

/** A server that asks for more is not believed beyond this. */
export const MAX_RETRY_AFTER_MS = DAY_MS;

/**
 * How long a `Retry-After` header asks to wait: 0 to a day, in milliseconds, whether it holds seconds or an HTTP date;
 * `undefined` when it is missing or neither.
 * Source: RFC 9110, sections 10.2.3 and 5.6.7. The two obsolete date formats are not read.
 */
export const retryAfterMs = (header: string | undefined, nowMs: number): number | undefined => {
  const text = header?.trim() ?? '';
  const askedMs = SECONDS.test(text) ? Number(text) * SECOND_MS : dateMs(text) - nowMs;
  if (Number.isNaN(askedMs)) return undefined;
  return Math.min(Math.max(askedMs, 0), MAX_RETRY_AFTER_MS);
};

const dateMs = (text: string): number => (HTTP_DATE.test(text) ? Date.parse(text) : Number.NaN);
