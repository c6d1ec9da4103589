import { writeIdempotencyRecord } from '#lib/data/idempotency.ts';
import { type Clock, HOUR_MS, iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import { jsonDigest } from '#lib/platform/json-digest.ts';
import type { Logger } from '#lib/platform/logger.ts';
import type { IdempotencyRecord } from './idempotency-record.ts';

/** A request that runs once, however often it is sent. */
export interface KeyedRequest {
  /** The same key of another caller is another request. */
  caller: string;
  /** A name that never changes. The same key for another operation is another request. */
  operation: string;
  key: string;
  /** Any JSON value. It must be the same for the same key; the order of properties does not matter. */
  body: unknown;
}

/** A run derives the ids of what it creates from this, so that the run after a crash finds it. */
export interface KeyedOrigin {
  /** Unique per request, and the same for every run. */
  name: string;
  /** When the first run began. Milliseconds since the Unix epoch. */
  atMs: number;
}

export interface OnceDeps {
  clock: Pick<Clock, 'now'>;
  log: Pick<Logger, 'warn'>;
}

/** Longer than the timeout of any function that runs a request. */
const LEASE_MS = MINUTE_MS;
const KEPT_MS = 24 * HOUR_MS;
/** A running request usually ends within this time. */
const COME_BACK_MS = 2 * SECOND_MS;
/** The maximum time that storing the response may delay the caller. Milliseconds. */
const CLOSE_TIMEOUT_MS = SECOND_MS;
/** Another call may write between the read and the write this many times. */
const MAX_TRIES = 5;

/**
 * Runs a request that has an idempotency key. Its first response is stored for 24 hours and replayed, and no other call
 * runs it at the same time. If the run throws, no response is stored. A run that was killed, or that threw
 * `unavailable`, may have created something; the next run has the same `origin` and must find it. A run that throws
 * `invalid`, `unauthorized`, `not-found` or `conflict` must not have created anything: its key is free for another body.
 *
 * @throws AppError `invalid` / `IDEMPOTENCY_MISMATCH` when the key was used for another body; `conflict` /
 * `IDEMPOTENCY_IN_PROGRESS`, with `retryAfterMs`, while another call runs the request; `unavailable` /
 * `STORE_UNAVAILABLE`, before the run; and what the run throws
 */
export const runOnce = async <Result>(
  request: KeyedRequest,
  run: (origin: KeyedOrigin) => Promise<Result>,
  { clock, log }: OnceDeps,
): Promise<{ response: Result; isReplayed: boolean }> => {
  const record = await acquire(request, clock);
  if (record.answer !== undefined) {
    return { response: JSON.parse(record.answer) as Result, isReplayed: true };
  }
  const close = async (changes: Partial<IdempotencyRecord>) => {
    try {
      await writeIdempotencyRecord(
        { ...record, ...changes },
        { seen: record, timeoutMs: CLOSE_TIMEOUT_MS },
      );
    } catch (error) {
      log.warn({ err: error }, 'idempotency record not updated, its lease will expire');
    }
  };
  try {
    const atMs = Date.parse(record.created_date);
    const response = await run({ name: `${record.id} ${record.created_date}`, atMs });
    await close({ answer: JSON.stringify(response), ...untilMs(clock.now() + KEPT_MS) });
    return { response, isReplayed: false };
  } catch (error) {
    const endedMs = clock.now();
    const isFree = record.attempt === 1 && createdNothing(error);
    await close({ lease_until: iso(endedMs), ...(isFree ? untilMs(endedMs) : {}) });
    throw error;
  }
};

/** The record of this request: acquired by this call, or with a stored response. */
const acquire = async (
  request: KeyedRequest,
  clock: OnceDeps['clock'],
): Promise<IdempotencyRecord> => {
  const { caller, operation, key, body } = request;
  const id = jsonDigest([caller, operation, key]);
  // A request may have no body, and JSON has no value for that.
  const body_hash = jsonDigest([body]);
  let seen: IdempotencyRecord | undefined;
  for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
    const nowMs = clock.now();
    const first = { id, body_hash, created_date: iso(nowMs), attempt: 1 };
    const begun = seen === undefined || isExpired(seen, nowMs) ? first : nextRun(seen);
    const leased = { lease_until: iso(nowMs + LEASE_MS), ...untilMs(nowMs + KEPT_MS) };
    const current = await writeIdempotencyRecord({ ...begun, ...leased }, { seen });
    if (current?.isOurs) return current.record;
    seen = current?.record;
    if (seen === undefined || isExpired(seen, nowMs)) continue;
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
    'the request with this Idempotency-Key is still running',
    { retryAfterMs: COME_BACK_MS },
  );
};

const nextRun = ({ id, body_hash, created_date, attempt }: IdempotencyRecord) => ({
  ...{ id, body_hash, created_date },
  attempt: attempt + 1,
});

/** DynamoDB deletes expired rows late; here they do not exist any more. */
const isExpired = ({ ttl }: IdempotencyRecord, nowMs: number): boolean => ttl * 1_000 <= nowMs;

const untilMs = (ms: number) => ({ ttl: Math.floor(ms / 1_000) });

const createdNothing = (error: unknown): boolean =>
  error instanceof AppError && error.kind !== 'unavailable';
