import { writeIdempotencyRecord } from '#lib/data/idempotency.ts';
import type { Message } from '#lib/messages/message.ts';
import { isTerminal } from '#lib/messages/transitions.ts';
import { type Clock, DAY_MS, iso } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import { derivedMessageId } from '#lib/platform/id.ts';
import { jsonDigest } from '#lib/platform/json-digest.ts';
import type { IdempotencyRecord } from './idempotency-record.ts';

/** A call of which only one may be open at a time. */
export interface ExclusiveCall {
  caller: string;
  tool: string;
  /** What the message would contain. JSON. */
  draft: unknown;
}

/** The message of a call. */
export interface JoinedCall {
  id: string;
  /** The message, if it exists. Otherwise the caller must put it with this id: another call may do the same. */
  message: Message | undefined;
}

export interface JoinDeps {
  clock: Pick<Clock, 'now'>;
  find: (id: string) => Promise<Message | undefined>;
}

/** Longer than the message of a call can be open. */
const KEPT_MS = 31 * DAY_MS;
/** Another call may write between the read and the write this many times. */
const MAX_TRIES = 5;

/**
 * The message that a call must use: that of the same call which is still open, or a new one. Concurrent calls get the same
 * one. After a crash between the record and the message, the next call puts the message with the id of the record.
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`; `conflict` / `IDEMPOTENCY_IN_PROGRESS`
 */
export const joinOpenCall = async (
  { caller, tool, draft }: ExclusiveCall,
  { clock, find }: JoinDeps,
): Promise<JoinedCall> => {
  const id = `call_${jsonDigest([caller, tool, draft])}`;
  let seen: IdempotencyRecord | undefined;
  for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
    const nowMs = clock.now();
    const attempt = (seen?.attempt ?? 0) + 1;
    const messageId = derivedMessageId(nowMs, 'call', id, attempt);
    const current = await writeIdempotencyRecord(
      {
        id,
        body_hash: id,
        created_date: iso(nowMs),
        lease_until: iso(nowMs),
        attempt,
        answer: messageId,
        ttl: Math.floor((nowMs + KEPT_MS) / 1_000),
      },
      { seen },
    );
    if (current?.isOurs) return { id: messageId, message: undefined };
    seen = current?.record;
    const earlier = seen?.answer;
    if (seen === undefined || earlier === undefined || isOver(seen, nowMs)) continue;
    const message = await find(earlier);
    if (message === undefined || !isTerminal(message.status)) return { id: earlier, message };
  }
  throw new AppError(
    'conflict',
    'IDEMPOTENCY_IN_PROGRESS',
    'the same call is being made several times at this moment',
  );
};

/** DynamoDB deletes expired rows late; here they do not exist any more. */
const isOver = ({ ttl }: IdempotencyRecord, nowMs: number): boolean => ttl * 1_000 <= nowMs;
