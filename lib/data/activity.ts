import { QueryCommand } from 'dynamodb-toolbox/table/actions/query';
import { MessagesTable } from '#lib/data/messages/message-entity.ts';
import { findAll } from '#lib/data/messages/messages.ts';
import type { Message } from '#lib/messages/message.ts';
import { STATUSES, type Status } from '#lib/messages/transitions.ts';
import { iso } from '#lib/platform/clock.ts';
import { unlessStoreFails } from './write.ts';

/** Failures read in full, at the most; the counts are complete. */
const MAX_FAILED = 500;

/** How many messages created since then are in each status, and the newest that failed. */
export const activitySince = async (
  sinceMs: number,
): Promise<{ counts: Record<Status, number>; failed: Message[] }> => {
  const counted = await Promise.all(
    STATUSES.map(async (status) => [status, await countSince(status, sinceMs)] as const),
  );
  const { Items } = await unlessStoreFails(
    MessagesTable.build(QueryCommand)
      .query(since('failed', sinceMs))
      .options({ reverse: true, limit: MAX_FAILED })
      .send(),
  );
  const failed = await findAll((Items ?? []).map(({ id }) => String(id)));
  return { counts: Object.fromEntries(counted) as Record<Status, number>, failed };
};

/**
 * How many messages created since then are in a status.
 * @param pages requests at the most; one counts up to a megabyte of keys, some thousands of messages
 */
export const countSince = async (
  status: Status,
  sinceMs: number,
  { pages = Number.POSITIVE_INFINITY }: { pages?: number } = {},
): Promise<number> => {
  const { Count } = await unlessStoreFails(
    MessagesTable.build(QueryCommand)
      .query(since(status, sinceMs))
      .options({ select: 'COUNT', maxPages: pages })
      .send(),
  );
  return Count ?? 0;
};

const since = (status: Status, sinceMs: number) =>
  ({
    index: 'status-created_date-index',
    partition: status,
    range: { gte: iso(sinceMs) },
  }) as const;
