import { QueryCommand } from 'dynamodb-toolbox/table/actions/query';
import { MessagesTable } from '#lib/data/messages/message-entity.ts';
import { findAll } from '#lib/data/messages/messages.ts';
import type { Message } from '#lib/messages/message.ts';
import { STATUSES, type Status } from '#lib/messages/transitions.ts';
import { iso } from '#lib/platform/clock.ts';
import { withStoreErrors } from './write.ts';

/** The maximum number of failed messages that are read. The counts are complete. */
const MAX_FAILED = 500;

/** The number of messages in each status that were created since then, and the newest failed ones. */
export const activitySince = async (
  sinceMs: number,
): Promise<{ counts: Record<Status, number>; failed: Message[] }> => {
  const counted = await Promise.all(
    STATUSES.map(async (status) => [status, await countSince(status, sinceMs)] as const),
  );
  const { Items } = await withStoreErrors(
    MessagesTable.build(QueryCommand)
      .query(since('failed', sinceMs))
      .options({ reverse: true, limit: MAX_FAILED })
      .send(),
  );
  const failed = await findAll((Items ?? []).map(({ id }) => String(id)));
  return { counts: Object.fromEntries(counted) as Record<Status, number>, failed };
};

/**
 * The number of messages in a status that were created since then.
 * @param pages the maximum number of requests; one request counts up to 1 MB of keys, which is some thousands of messages
 */
export const countSince = async (
  status: Status,
  sinceMs: number,
  { pages = Number.POSITIVE_INFINITY }: { pages?: number } = {},
): Promise<number> => {
  const { Count } = await withStoreErrors(
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
