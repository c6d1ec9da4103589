import { createHash } from 'node:crypto';
import { writeMark } from '#lib/data/idempotency.ts';
import { type Clock, HOUR_MS, iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { Logger } from '#lib/platform/logger.ts';
import type { Mark } from './mark.ts';

/** What somebody asks for once, however often they say it. */
export interface KeyedRequest {
  /** Who asks. The same key of another caller is another request. */
  caller: string;
  /** What for: a name that never changes. The same key of another operation is another request. */
  operation: string;
  key: string;
  /** What exactly: any JSON value. Under one key it may not change; the order of properties does not count. */
  body: unknown;
}

/** What a run names after itself whatever it makes, so that the try after a crash finds it there. */
export interface KeyedOrigin {
  /** The same for every try of a request, and for no other request. */
  name: string;
  /** When its first try began. Milliseconds since the Unix epoch. */
  atMs: number;
}

export interface OnceDeps {
  clock: Pick<Clock, 'now'>;
  log: Pick<Logger, 'warn'>;
}

/** Longer than any function that runs a request may live. */
const LEASE_MS = MINUTE_MS;
const KEPT_MS = 24 * HOUR_MS;
/** A request that is under way mostly ends within this. */
const COME_BACK_MS = 2 * SECOND_MS;
/** Once the work is done, writing that down may cost the caller this much and no more. */
const CLOSE_TIMEOUT_MS = SECOND_MS;
/** Each time, somebody else wrote between our look and our write. */
const MAX_LOOKS = 5;

/**
 * Run a request that may be sent again under its key: the first answer is kept for 24 hours and given again, and nobody
 * else runs it meanwhile. A run that throws keeps nothing. Before that its `origin` matters: a run that died, or whose
 * answer nobody knows, may have made something, and the next one, with the same origin, must find it. A run that throws
 * `invalid`, `unauthorized`, `not-found` or `conflict` must have made nothing: its key is free for another body.
 *
 * @throws AppError `invalid` / `IDEMPOTENCY_MISMATCH` when the key was used for another body; `conflict` /
 * `IDEMPOTENCY_IN_PROGRESS`, with a time to come back, while another run is at it; `unavailable` / `STORE_UNAVAILABLE`,
 * nothing run; and whatever the run throws
 */
export const once = async <Answer>(
  request: KeyedRequest,
  run: (origin: KeyedOrigin) => Promise<Answer>,
  { clock, log }: OnceDeps,
): Promise<{ answer: Answer; isReplayed: boolean }> => {
  const mark = await take(request, clock);
  if (mark.answer !== undefined) {
    return { answer: JSON.parse(mark.answer) as Answer, isReplayed: true };
  }
  const close = async (changes: Partial<Mark>) => {
    try {
      await writeMark({ ...mark, ...changes }, { seen: mark, timeoutMs: CLOSE_TIMEOUT_MS });
    } catch (error) {
      log.warn({ err: error }, 'idempotency mark left to its lease');
    }
  };
  try {
    const atMs = Date.parse(mark.created_date);
    const answer = await run({ name: `${mark.id} ${mark.created_date}`, atMs });
    await close({ answer: JSON.stringify(answer), ...untilMs(clock.now() + KEPT_MS) });
    return { answer, isReplayed: false };
  } catch (error) {
    const endedMs = clock.now();
    const isFree = mark.attempt === 1 && madeNothing(error);
    await close({ lease_until: iso(endedMs), ...(isFree ? untilMs(endedMs) : {}) });
    throw error;
  }
};

/** The mark of this request: one that we hold now, or one with the answer. */
const take = async (request: KeyedRequest, clock: OnceDeps['clock']): Promise<Mark> => {
  const { caller, operation, key, body } = request;
  const id = digest([caller, operation, key]);
  const body_hash = digest(body);
  let seen: Mark | undefined;
  for (let looks = 1; looks <= MAX_LOOKS; looks += 1) {
    const nowMs = clock.now();
    const first = { id, body_hash, created_date: iso(nowMs), attempt: 1 };
    const begun = seen === undefined || isOver(seen, nowMs) ? first : nextTry(seen);
    const leased = { lease_until: iso(nowMs + LEASE_MS), ...untilMs(nowMs + KEPT_MS) };
    const stands = await writeMark({ ...begun, ...leased }, { seen });
    if (stands?.isOurs) return stands.mark;
    seen = stands?.mark;
    if (seen === undefined || isOver(seen, nowMs)) continue;
    if (seen.body_hash !== body_hash) {
      throw new AppError(
        'invalid',
        'IDEMPOTENCY_MISMATCH',
        'this Idempotency-Key was used for another request',
      );
    }
    if (seen.answer !== undefined) return seen;
    if (Date.parse(seen.lease_until) > nowMs) break;
  }
  throw new AppError(
    'conflict',
    'IDEMPOTENCY_IN_PROGRESS',
    'the request with this Idempotency-Key is still under way',
    { retryAfterMs: COME_BACK_MS },
  );
};

const nextTry = ({ id, body_hash, created_date, attempt }: Mark) => ({
  ...{ id, body_hash, created_date },
  attempt: attempt + 1,
});

/** The store removes what is over when it finds the time; for us it is gone at once. */
const isOver = ({ ttl }: Mark, nowMs: number): boolean => ttl * 1_000 <= nowMs;

const untilMs = (ms: number) => ({ ttl: Math.floor(ms / 1_000) });

const madeNothing = (error: unknown): boolean =>
  error instanceof AppError && error.kind !== 'unavailable';

const digest = (value: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify([value], (_name, inner: unknown) => sorted(inner)))
    .digest('base64url');

/** Objects with their properties in one order, whatever order they came in. */
const sorted = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
