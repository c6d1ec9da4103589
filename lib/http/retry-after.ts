import { DAY_MS, SECOND_MS } from '#lib/platform/clock.ts';

const SECONDS = /^\d{1,10}$/;
const HTTP_DATE =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT$/;

/** The longest wait that a server can request. */
export const MAX_RETRY_AFTER_MS = DAY_MS;

/**
 * The wait that a `Retry-After` header requests, as seconds or as an HTTP date: 0 to one day, in milliseconds.
 * `undefined` when the header is missing or malformed.
 * Source: RFC 9110, sections 10.2.3 and 5.6.7. The two obsolete date formats are not supported.
 */
export const retryAfterMs = (header: string | undefined, nowMs: number): number | undefined => {
  const text = header?.trim() ?? '';
  const requestedMs = SECONDS.test(text) ? Number(text) * SECOND_MS : dateMs(text) - nowMs;
  if (Number.isNaN(requestedMs)) return undefined;
  return Math.min(Math.max(requestedMs, 0), MAX_RETRY_AFTER_MS);
};

const dateMs = (text: string): number => (HTTP_DATE.test(text) ? Date.parse(text) : Number.NaN);
