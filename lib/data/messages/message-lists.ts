import { QueryCommand } from 'dynamodb-toolbox/table/actions/query';
import { withStoreErrors } from '#lib/data/write.ts';
import type { Message } from '#lib/messages/message.ts';
import type { Status } from '#lib/messages/transitions.ts';
import { iso } from '#lib/platform/clock.ts';
import type { Stage } from '#lib/platform/env.ts';
import { MessagesTable } from './message-entity.ts';
import { findAll } from './messages.ts';

/** Which messages to list. Every given filter must match. */
export interface MessageFilter {
  stage: Stage;
  status?: Status | undefined;
  message_type?: string | undefined;
  created_by?: string | undefined;
  correlation_id?: string | undefined;
  /** Inclusive. Milliseconds since the Unix epoch. */
  createdFromMs?: number | undefined;
  /** Exclusive. Milliseconds since the Unix epoch. */
  createdBeforeMs?: number | undefined;
}

/** The place of a message in the order of a list. */
export type Position = Pick<Message, 'id' | 'created_date'>;

export interface MessagePage {
  messages: Message[];
  /** Where the next page continues. Absent on the last page. */
  next?: Position;
  /** The search stopped at this creation date, so the page may be short. ISO 8601. */
  searchedUntil?: string;
}

export interface ListOptions {
  /** Messages on a page. 1 to 1,000. */
  limit: number;
  after?: Position | undefined;
}

/** The maximum number of items of the index that one call reads. */
export const MAX_ITEMS_READ = 2_000;
/** The maximum size of a page, except for its first message. Bytes of JSON. */
const MAX_PAGE_BYTES = 4 * 1024 * 1024;
const MAX_CHUNK = 100;

const FIRST_MS = 0;
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/**
 * A page of messages, newest first. It reads until the page is full, within the bounds above. With `correlation_id` it
 * queries `correlation_id-created_date-index`, else with `status` `status-created_date-index`, else
 * `stage-created_date-index`. All lag a little, so each filter is checked again on the row.
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`
 */
export const listMessages = async (
  filter: MessageFilter,
  { limit, after }: ListOptions,
): Promise<MessagePage> => {
  const messages: Message[] = [];
  const filled = (): MessagePage => ({ messages, ...nextAfter(messages.at(-1)) });
  let sizeBytes = 0;
  let read = 0;
  let from = after;

  while (read < MAX_ITEMS_READ) {
    const chunk = Math.min(chunkSize(filter, limit - messages.length), MAX_ITEMS_READ - read);
    const { positions, hasMore } = await findPositions(filter, from, chunk);
    read += positions.length;
    for (const message of await findAll(positions.map(({ id }) => id))) {
      if (!matches(message, filter)) continue;
      sizeBytes += Buffer.byteLength(JSON.stringify(message));
      const isFull = messages.length === limit || sizeBytes > MAX_PAGE_BYTES;
      if (isFull && messages.length > 0) return filled();
      messages.push(message);
    }
    from = positions.at(-1) ?? from;
    if (!hasMore) return { messages };
  }
  return { messages, ...nextAfter(from), ...(from ? { searchedUntil: from.created_date } : {}) };
};

const nextAfter = (at: Position | undefined): { next?: Position } =>
  at === undefined ? {} : { next: { id: at.id, created_date: at.created_date } };

/** One more than is missing, to know whether there are more. More where most of the items are filtered out. */
const chunkSize = (filter: MessageFilter, missing: number): number => {
  const { message_type, created_by, status, correlation_id } = filter;
  const isFiltered = message_type !== undefined || created_by !== undefined;
  return isFiltered || (status !== undefined && correlation_id !== undefined)
    ? MAX_CHUNK
    : missing + 1;
};

/**
 * One query of an index, newest first: the positions of the messages of that time and status.
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`
 */
export const findPositions = async (
  filter: Omit<MessageFilter, 'message_type' | 'created_by'>,
  after: Position | undefined,
  limit: number,
): Promise<{ positions: Position[]; hasMore: boolean }> => {
  const [first, last] = rangeOf(filter);
  if (first > last) return { positions: [], hasMore: false };
  const range = { between: [first, last] as [string, string] };
  const { index, ...key } = indexOf(filter);
  const [partition = ''] = Object.values(key);

  const { Items, LastEvaluatedKey } = await withStoreErrors(
    MessagesTable.build(QueryCommand)
      .query({ index, partition, range })
      .options({
        limit,
        reverse: true,
        ...(after ? { exclusiveStartKey: { ...after, ...key } } : {}),
      })
      .send(),
  );
  return { positions: (Items ?? []) as Position[], hasMore: LastEvaluatedKey !== undefined };
};

/** The index with the fewest items of the filter, and its partition. */
const indexOf = ({ correlation_id, status, stage }: MessageFilter) => {
  if (correlation_id !== undefined) {
    return { index: 'correlation_id-created_date-index', correlation_id } as const;
  }
  return status === undefined
    ? ({ index: 'stage-created_date-index', stage } as const)
    : ({ index: 'status-created_date-index', status } as const);
};

/** Stored dates have milliseconds and a year of four digits, so they compare as text. Both ends are inclusive. */
const rangeOf = ({ createdFromMs = FIRST_MS, createdBeforeMs = LAST_MS + 1 }: MessageFilter) =>
  [
    iso(Math.min(Math.max(createdFromMs, FIRST_MS), LAST_MS)),
    iso(Math.min(Math.max(createdBeforeMs - 1, FIRST_MS), LAST_MS)),
  ] as const;

const matches = (message: Message, filter: MessageFilter): boolean =>
  message.stage === filter.stage &&
  (filter.status === undefined || message.status === filter.status) &&
  (filter.message_type === undefined || message.message_type === filter.message_type) &&
  (filter.created_by === undefined || message.created_by === filter.created_by) &&
  (filter.correlation_id === undefined || message.correlation_id === filter.correlation_id);
