import { QueryCommand } from 'dynamodb-toolbox/table/actions/query';
import { withStoreErrors } from '#lib/data/write.ts';
import { MAX_STRIKES, type Message } from '#lib/messages/message.ts';
import { TRANSITIONS } from '#lib/messages/transitions.ts';
import { iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { changeMessage, tryChangeMessage } from './change-message.ts';
import {
  abandonedIn,
  DUE,
  finished,
  heldBucket,
  MessagesTable,
  statusIn,
  unclaimed,
} from './message-entity.ts';
import type { Reason } from './message-runs.ts';

/** An item of `due-index`. */
export interface DueKey {
  id: string;
  next_due_at: string;
}

export interface DueQuery {
  /** Messages that this flag or service holds. Without it: messages that are due at a time. */
  heldBy?: string;
  /** Only messages that are due by then. Milliseconds since the Unix epoch. */
  untilMs?: number;
  limit: number;
}

/** The messages that are due, the longest due first. */
export const findDue = async ({ heldBy, untilMs, limit }: DueQuery): Promise<DueKey[]> => {
  const { Items } = await withStoreErrors(
    MessagesTable.build(QueryCommand)
      .query({
        index: 'due-index',
        partition: heldBy === undefined ? DUE : heldBucket(heldBy),
        ...(untilMs === undefined ? {} : { range: { lte: iso(untilMs) } }),
      })
      .options({ limit })
      .send(),
  );
  return (Items ?? []).map((key) => ({
    id: String(key.id),
    next_due_at: String(key.next_due_at),
  }));
};

/** Moves `next_due_at` of a due message forward. @returns `false` when another sweeper was first */
export const bump = async ({ id, next_due_at }: DueKey, nextMs: number): Promise<boolean> => {
  return tryChangeMessage(
    { id, next_due_at: iso(nextMs), due_bucket: DUE },
    {
      and: [
        statusIn(TRANSITIONS.bump.from),
        { attr: 'due_bucket', eq: DUE },
        { attr: 'next_due_at', eq: next_due_at },
      ],
    },
  );
};

/** Releases a held message. @returns the row to publish, or `undefined` when it is not held there any more */
export const release = (id: string, heldBy: string, nowMs: number): Promise<Message | undefined> =>
  changeMessage(
    { id, due_bucket: DUE, next_due_at: iso(nowMs + MINUTE_MS), updated_date: iso(nowMs) },
    { and: [statusIn(TRANSITIONS.release.from), { attr: 'due_bucket', eq: heldBucket(heldBy) }] },
  );

/**
 * Fails a message that expired or has eight strikes, if no run owns it.
 * @returns whether this call failed it
 */
export const giveUp = async (
  { id, stage }: Pick<Message, 'id' | 'stage'>,
  { code, message }: Reason,
  nowMs: number,
): Promise<boolean> => {
  const now = iso(nowMs);
  return tryChangeMessage(
    {
      id,
      status: TRANSITIONS.giveUp.to,
      error_code: code,
      error_message: message,
      updated_date: now,
      ...finished(nowMs, stage),
      ...unclaimed(),
    },
    {
      and: [
        {
          or: [
            { attr: 'valid_until', lte: now },
            { attr: 'strikes', gte: MAX_STRIKES },
          ],
        },
        {
          or: [
            statusIn(TRANSITIONS.giveUp.from),
            abandonedIn(TRANSITIONS.giveUpAbandoned.from, now),
          ],
        },
      ],
    },
    {
      isOurs: (old) =>
        old.status === TRANSITIONS.giveUp.to &&
        old.error_code === code &&
        old.error_message === message &&
        old.processing_completed_at === now,
    },
  );
};
