import { isDeepStrictEqual } from 'node:util';
import { BatchGetRequest } from 'dynamodb-toolbox/entity/actions/batchGet';
import { GetItemCommand } from 'dynamodb-toolbox/entity/actions/get';
import { PutItemCommand } from 'dynamodb-toolbox/entity/actions/put';
import { $remove } from 'dynamodb-toolbox/entity/actions/update/symbols';
import { BatchGetCommand, execute } from 'dynamodb-toolbox/table/actions/batchGet';
import { batchGetAll } from '#lib/data/batch-get.ts';
import { onConditionFailed, withStoreErrors } from '#lib/data/write.ts';
import { defaultValidityMs, type Message, type Redrive } from '#lib/messages/message.ts';
import { TRANSITIONS } from '#lib/messages/transitions.ts';
import { iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { changeMessage, tryChangeMessage } from './change-message.ts';
import { DUE, MessageEntity, MessagesTable, statusIn } from './message-entity.ts';

/**
 * Puts a message whose id is free.
 * @returns whether this call put it; `false` when the id is taken
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`
 */
export const insert = async (message: Message): Promise<boolean> => {
  const { created_date, correlation_id } = message;
  const put = await withStoreErrors(
    MessageEntity.build(PutItemCommand)
      .item(message)
      .options({
        condition: { attr: 'id', exists: false },
        returnValuesOnConditionFalse: 'ALL_OLD',
      })
      .send()
      .catch(
        onConditionFailed<object>(
          (old) => old.created_date === created_date && old.correlation_id === correlation_id,
        ),
      ),
  );
  return put !== undefined;
};

/** One message, with a consistent read. @throws AppError `unavailable` / `STORE_UNAVAILABLE` */
export const find = async (id: string): Promise<Message | undefined> => {
  const { Item } = await withStoreErrors(
    MessageEntity.build(GetItemCommand).key({ id }).options({ consistent: true }).send(),
  );
  return Item;
};

/** Reads a message that does not exist, to check that DynamoDB responds. @throws as `find`, or when `signal` aborts */
export const checkStore = async (signal: AbortSignal): Promise<void> => {
  await withStoreErrors(
    MessageEntity.build(GetItemCommand).key({ id: 'health' }).send({ abortSignal: signal }),
  );
};

/**
 * Many messages, in the order of the ids. Ids that do not exist are left out. Keys that DynamoDB leaves unprocessed
 * are requested again.
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`
 */
export const findAll = async (
  ids: readonly string[],
  { consistent = false }: { consistent?: boolean } = {},
): Promise<Message[]> => {
  const rows = await batchGetAll(ids, async (wanted) => batchGet(wanted, consistent));
  const found = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => found.get(id)).filter((message) => message !== undefined);
};

const batchGet = async (ids: readonly string[], consistent: boolean) => {
  const requests = ids.map((id) => MessageEntity.build(BatchGetRequest).key({ id }));
  const command = MessagesTable.build(BatchGetCommand)
    .requests(...requests)
    .options({ consistent });
  const { Responses, UnprocessedKeys = {} } = await withStoreErrors(execute(command));
  const messages = (Responses?.[0] ?? []) as (Message | undefined)[];
  return {
    rows: messages.filter((message) => message !== undefined),
    unprocessed: Object.values(UnprocessedKeys).flatMap(({ Keys = [] }) =>
      Keys.map((key) => String(key.id)),
    ),
  };
};

/**
 * Records that the wake-up was published. Changes nothing when a fast consumer has already claimed the message.
 * @param timeoutMs how long the caller can wait
 * @returns whether this call set the status to `queued`
 */
export const markQueued = (
  id: string,
  { nowMs, timeoutMs }: { nowMs: number; timeoutMs: number },
): Promise<boolean> =>
  tryChangeMessage(
    { id, status: TRANSITIONS.markQueued.to, updated_date: iso(nowMs) },
    statusIn(TRANSITIONS.markQueued.from),
    { timeoutMs },
  );

const MAX_REDRIVES = 20;

/** Redrives a failed message. @returns the row to publish, or `undefined` when it is not failed any more */
export const markRedriven = (
  message: Message,
  { by, reason, nowMs }: { by: string; reason: string; nowMs: number },
): Promise<Message | undefined> => {
  const now = iso(nowMs);
  const entry: Redrive = { at: now, by, reason };
  return changeMessage(
    {
      id: message.id,
      status: TRANSITIONS.redrive.to,
      strikes: 0,
      retry_count: 0,
      redrives: [...(message.redrives ?? []), entry].slice(-MAX_REDRIVES),
      valid_until: iso(nowMs + defaultValidityMs(message.message_type)),
      next_due_at: iso(nowMs + MINUTE_MS),
      due_bucket: DUE,
      updated_date: now,
      ttl: $remove(),
      error_code: $remove(),
      error_message: $remove(),
      not_before: $remove(),
      processing_completed_at: $remove(),
    },
    {
      and: [statusIn(TRANSITIONS.redrive.from), { attr: 'updated_date', eq: message.updated_date }],
    },
    { isOurs: (old) => isDeepStrictEqual((old as Message).redrives?.at(-1), entry) },
  );
};
