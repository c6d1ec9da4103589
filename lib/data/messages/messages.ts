import { isDeepStrictEqual } from 'node:util';
import {
  GetCommand,
  type GetCommandInput,
  PutCommand,
  type PutCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { BatchGetRequest } from 'dynamodb-toolbox/entity/actions/batchGet';
import { GetItemCommand } from 'dynamodb-toolbox/entity/actions/get';
import { PutItemCommand } from 'dynamodb-toolbox/entity/actions/put';
import { $remove, $set } from 'dynamodb-toolbox/entity/actions/update';
import { BatchGetCommand, execute } from 'dynamodb-toolbox/table/actions/batchGet';
import { batchGetAll } from '#lib/data/batch-get.ts';
import { documentClient } from '#lib/data/table.ts';
import { lostUnless, unlessStoreFails } from '#lib/data/write.ts';
import { defaultValidityMs, type Message, type Redrive } from '#lib/messages/message.ts';
import { TRANSITIONS } from '#lib/messages/transitions.ts';
import { iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { change, changed } from './change.ts';
import { DUE, MessageEntity, MessagesTable, statusIn } from './message-entity.ts';
import { messageOf } from './message-row.ts';

/**
 * Put a message that does not exist.
 * @returns whether it was this call that made it; `false` when the id is taken.
 */
export const insert = async (message: Message): Promise<boolean> => {
  const made = await unlessStoreFails(
    documentClient
      .send(putOf(message))
      .catch(
        lostUnless<object>(
          (old) =>
            old.created_date === message.created_date &&
            old.correlation_id === message.correlation_id,
        ),
      ),
  );
  return made !== undefined;
};

/** dynamodb-toolbox says once what the put of any message says; `messageOf` checks each as the entity does. */
let putParams: Omit<PutCommandInput, 'Item'> | undefined;

const putOf = (message: Message): PutCommand => {
  putParams ??= paramsOfPuts(message);
  return new PutCommand({ ...putParams, Item: messageOf(message) });
};

const paramsOfPuts = (message: Message) => {
  const {
    Item: _,
    ToolboxItem: __,
    ...params
  } = MessageEntity.build(PutItemCommand)
    .item(message as never)
    .options({
      condition: { attr: 'id', exists: false },
      returnValuesOnConditionFalse: 'ALL_OLD',
    })
    .params();
  return params;
};

/** The same of reads: they differ in the id alone. */
let getParams: GetCommandInput | undefined;

/** One message, read consistently. */
export const find = async (id: string): Promise<Message | undefined> => {
  getParams ??= MessageEntity.build(GetItemCommand)
    .key({ id })
    .options({ consistent: true })
    .params();
  const command = new GetCommand({ ...getParams, Key: { id } });
  const { Item } = await unlessStoreFails(documentClient.send(command));
  return Item && messageOf(Item);
};

/** Read a message that does not exist, to check that the store responds. @throws as `find`, or when `signal` aborts */
export const checkStore = async (signal: AbortSignal): Promise<void> => {
  await unlessStoreFails(
    MessageEntity.build(GetItemCommand).key({ id: 'health' }).send({ abortSignal: signal }),
  );
};

/**
 * Many messages, in the order of their ids; one that does not exist is left out. Keys that the store leaves unprocessed
 * are asked for again.
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE` when it goes on leaving them
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
  const { Responses, UnprocessedKeys = {} } = await unlessStoreFails(execute(command));
  const messages = (Responses?.[0] ?? []) as (Message | undefined)[];
  return {
    rows: messages.filter((message) => message !== undefined),
    unprocessed: Object.values(UnprocessedKeys).flatMap(({ Keys = [] }) =>
      Keys.map((key) => String(key.id)),
    ),
  };
};

/**
 * The wake-up is out. Nothing happens when a fast consumer already has the message.
 * @param timeoutMs how long the caller can wait for it
 * @returns whether it is `queued` by this
 */
export const markQueued = (
  id: string,
  { nowMs, timeoutMs }: { nowMs: number; timeoutMs: number },
): Promise<boolean> =>
  changed(
    { id, status: TRANSITIONS.markQueued.to, updated_date: iso(nowMs) },
    statusIn(TRANSITIONS.markQueued.from),
    { timeoutMs },
  );

const MAX_REDRIVES = 20;

/** Send a failed message through again. @returns the row to publish, or `undefined` when it is not failed any more. */
export const redrive = (
  message: Message,
  { by, reason, nowMs }: { by: string; reason: string; nowMs: number },
): Promise<Message | undefined> => {
  const now = iso(nowMs);
  const entry: Redrive = { at: now, by, reason };
  return change(
    {
      id: message.id,
      status: TRANSITIONS.redrive.to,
      strikes: 0,
      retry_count: 0,
      redrives: $set([...(message.redrives ?? []), entry].slice(-MAX_REDRIVES)),
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
