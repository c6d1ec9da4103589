import {
  BatchGetCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Message } from '#lib/messages/message.ts';
import { newMessage } from '#lib/messages/new-message.ts';
import type { MessageType } from '#lib/messages/routes.ts';
import { newMessageId } from '#lib/platform/id.ts';
import { type LocalClients, nameOf } from '#scripts/local/clients.ts';

type Row = Record<string, unknown>;

const BATCH = 100;

/** Reads and writes rows directly: to check them, and to set values that only time would bring. */
export const rowsIn = ({ dynamodb }: Pick<LocalClients, 'dynamodb'>) => {
  const client = DynamoDBDocumentClient.from(dynamodb, {
    marshallOptions: { removeUndefinedValues: true },
  });
  const read = async (table: string, Key: Row): Promise<Row | undefined> => {
    const command = new GetCommand({ TableName: nameOf(table), Key, ConsistentRead: true });
    return (await client.send(command)).Item;
  };
  /** Set the given attributes and remove those that are `undefined`. */
  const edit = async (table: string, Key: Row, changes: Row): Promise<void> => {
    const entries = Object.entries(changes).map(([name, value], n) => ({ name, value, n }));
    const set = entries.filter(({ value }) => value !== undefined);
    const gone = entries.filter(({ value }) => value === undefined);
    await client.send(
      new UpdateCommand({
        TableName: nameOf(table),
        Key,
        UpdateExpression: [
          set.length > 0 ? `SET ${set.map(({ n }) => `#n${n} = :v${n}`).join(', ')}` : '',
          gone.length > 0 ? `REMOVE ${gone.map(({ n }) => `#n${n}`).join(', ')}` : '',
        ].join(' '),
        ExpressionAttributeNames: Object.fromEntries(
          entries.map(({ name, n }) => [`#n${n}`, name]),
        ),
        ...(set.length > 0
          ? {
              ExpressionAttributeValues: Object.fromEntries(
                set.map(({ value, n }) => [`:v${n}`, value]),
              ),
            }
          : {}),
      }),
    );
  };

  return {
    read,
    edit,
    /** Every row of a table. */
    all: async (table: string): Promise<Row[]> => {
      const found: Row[] = [];
      let ExclusiveStartKey: Row | undefined;
      do {
        const page = await client.send(
          new ScanCommand({ TableName: nameOf(table), ConsistentRead: true, ExclusiveStartKey }),
        );
        found.push(...(page.Items ?? []));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined);
      return found;
    },
    remove: async (table: string, Key: Row) => {
      await client.send(new DeleteCommand({ TableName: nameOf(table), Key }));
    },
    put: async (message: Message) => {
      await client.send(new PutCommand({ TableName: nameOf('messages'), Item: message }));
    },
    editMessage: (id: string, changes: Partial<Message>) => edit('messages', { id }, changes),
    /** Every message of a run as stored, oldest first. */
    ofRun: async (correlation_id: string): Promise<Message[]> => {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: nameOf('messages'),
          IndexName: 'correlation_id-created_date-index',
          KeyConditionExpression: 'correlation_id = :run',
          ExpressionAttributeValues: { ':run': correlation_id },
        }),
      );
      const found = new Map<string, Message>();
      for (let start = 0; start < Items.length; start += BATCH) {
        const Keys = Items.slice(start, start + BATCH).map(({ id }) => ({ id }));
        const { Responses = {} } = await client.send(
          new BatchGetCommand({
            RequestItems: { [nameOf('messages')]: { Keys, ConsistentRead: true } },
          }),
        );
        for (const row of Object.values(Responses).flat() as Message[]) found.set(row.id, row);
      }
      return Items.flatMap(({ id }) => found.get(id) ?? []);
    },
  };
};

export type Rows = ReturnType<typeof rowsIn>;

let serial = 0;

/** A unique correlation id. */
export const newRun = (what: string): string => {
  serial += 1;
  return `e2e-${what}-${Date.now().toString(36)}-${serial}`;
};

/** A row as the API would put it, in a run of its own, without a wake-up. */
export const aRow = (
  message_type: MessageType,
  payload: Record<string, unknown>,
  overrides: Partial<Message> = {},
): Message => {
  const nowMs = Date.now();
  const message = newMessage(
    { message_type, payload },
    {
      id: newMessageId(nowMs),
      created_by: 'user:local',
      correlation_id: newRun(message_type.replaceAll('_', '-')),
    },
    { stage: 'dev', nowMs },
  );
  return { ...message, ...overrides };
};
