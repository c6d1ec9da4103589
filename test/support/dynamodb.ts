import type {
  BatchGetCommandInput,
  DeleteCommandInput,
  DynamoDBDocumentClient,
  GetCommandInput,
  PutCommandInput,
  QueryCommandInput,
  TransactWriteCommandInput,
  UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { checkItem } from './dynamodb/checks.ts';
import { conflictingError, throttledError } from './dynamodb/contention.ts';
import { okMetadata } from './dynamodb/errors.ts';
import { query } from './dynamodb/query.ts';
import { batchGet, getItem } from './dynamodb/read.ts';
import type { CommandResponse } from './dynamodb/response.ts';
import { type Change, createStore, keyText, rowOf, type Store } from './dynamodb/store.ts';
import { TABLES, type TableDefinition } from './dynamodb/tables.ts';
import { transactWriteItems } from './dynamodb/transact.ts';
import { copy, type Item, stored } from './dynamodb/values.ts';
import { deleteItem, putItem, updateItem } from './dynamodb/write.ts';
import { intercept } from './intercept.ts';
import type { Wire } from './wire.ts';

export { TABLES } from './dynamodb/tables.ts';

export interface DynamoOptions {
  tables?: Readonly<Record<string, TableDefinition>>;
  /** Makes calls fail. */
  wire?: Wire;
  /** The clock of the lag of the indexes. */
  clock?: { now: () => number };
  /** How long an index is behind its table. Milliseconds of `clock`. */
  indexLagMs?: number | (() => number);
  /** Called for each change of a row. It must not change the rows. */
  onChange?: (change: Change) => void;
  /** Whether `operations` is recorded. Off for long runs. */
  logOperations?: boolean;
}

export interface DynamoOperation {
  /** `GetItem`, `UpdateItem`, … */
  command: string;
  table: string;
  index: string | undefined;
  /** Read request units as DynamoDB charges them. An eventually consistent read costs half. */
  readUnits: number;
  /** Write request units, with those of the indexes. A write whose condition fails costs units, too. */
  writeUnits: number;
}

export interface Dynamo {
  /** Copies of all rows of a table. The caller knows their type. */
  rows: <Row = Item>(table: string) => Row[];
  get: <Row = Item>(table: string, key: Record<string, unknown>) => Row | undefined;
  /** Put a row without the wire, conditions and recording. */
  put: (table: string, item: Record<string, unknown>) => void;
  /** Delete rows, recorded operations and unprocessed keys. The fake stays installed. */
  reset: () => void;
  operations: DynamoOperation[];
  /** The next `times` BatchGets leave this many of their keys unprocessed, but never all. */
  leaveUnprocessed: (keys: number, times?: number) => void;
  uninstall: () => void;
}

type Command = (store: Store, request: object) => CommandResponse & { error?: Error };

const OF_ONE_TABLE = [
  ...['TableName', 'ExpressionAttributeNames', 'ExpressionAttributeValues'],
  ...['ReturnConsumedCapacity', 'ReturnItemCollectionMetrics'],
];
const OF_A_WRITE = [
  ...OF_ONE_TABLE,
  ...['ConditionExpression', 'ReturnValuesOnConditionCheckFailure', 'ReturnValues'],
];

/** The fields of requests that are implemented. Others are refused, so that no test relies on them. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  GetItem: [...OF_ONE_TABLE, 'Key', 'ConsistentRead', 'ProjectionExpression'],
  PutItem: [...OF_A_WRITE, 'Item'],
  DeleteItem: [...OF_A_WRITE, 'Key'],
  UpdateItem: [...OF_A_WRITE, 'Key', 'UpdateExpression'],
  Query: [
    ...OF_ONE_TABLE,
    ...['IndexName', 'KeyConditionExpression', 'FilterExpression', 'ProjectionExpression'],
    ...['Limit', 'ScanIndexForward', 'ExclusiveStartKey', 'ConsistentRead', 'Select'],
  ],
  BatchGetItem: ['RequestItems', 'ReturnConsumedCapacity'],
  TransactWriteItems: ['TransactItems', 'ClientRequestToken'],
};

/**
 * An in-memory DynamoDB below the real document client. The repository, the toolbox and the SDK above it are real. It
 * refuses what DynamoDB refuses, and everything that it does not implement. Each command is applied at one instant, so
 * two commands never overlap, as in DynamoDB for one item and for the items of a transaction. Transactions therefore
 * conflict only when the wire says so.
 */
export const installDynamo = (
  client: DynamoDBDocumentClient,
  {
    tables = TABLES,
    wire,
    clock = { now: Date.now },
    indexLagMs = 0,
    onChange = () => undefined,
    logOperations = true,
  }: DynamoOptions = {},
): Dynamo => {
  const store = createStore(tables, {
    indexLagMs: typeof indexLagMs === 'number' ? () => indexLagMs : indexLagMs,
    nowMs: clock.now,
    onChange,
  });
  const operations: DynamoOperation[] = [];
  let unprocessed = { keys: 0, times: 0 };
  let sentTransactions = 0;

  const COMMANDS: Readonly<Record<string, Command>> = {
    GetItem: (at, request) => getItem(at, request as GetCommandInput),
    PutItem: (at, request) => putItem(at, request as PutCommandInput),
    UpdateItem: (at, request) => updateItem(at, request as UpdateCommandInput),
    DeleteItem: (at, request) => deleteItem(at, request as DeleteCommandInput),
    Query: (at, request) => query(at, request as QueryCommandInput),
    TransactWriteItems: (at, request) =>
      transactWriteItems(at, request as TransactWriteCommandInput),
    BatchGetItem: (at, request) =>
      batchGet(at, request as BatchGetCommandInput, (total) => {
        if (unprocessed.times === 0) return 0;
        unprocessed.times -= 1;
        return Math.min(unprocessed.keys, total - 1);
      }),
  };

  const answer = (command: string, request: object): object => {
    const run = COMMANDS[command];
    if (run === undefined) throw new Error(`the in-memory DynamoDB does not do ${command}`);
    for (const [field, value] of Object.entries(request)) {
      if (value !== undefined && !FIELDS[command]?.includes(field)) {
        throw new Error(`the in-memory DynamoDB does not know ${command}.${field}`);
      }
    }
    const { output, table, index, readUnits = 0, writeUnits = 0, error } = run(store, request);
    if (logOperations) operations.push({ command, table, index, readUnits, writeUnits });
    if (error !== undefined) throw error;
    return {
      $metadata: okMetadata(),
      ...output,
      ...capacity(request, table, readUnits + writeUnits),
    };
  };

  const uninstall = intercept(client, {
    service: 'dynamodb',
    answer,
    wire,
    complete: (command, input) => {
      if (command !== 'TransactWriteItems') return input;
      sentTransactions += 1;
      return { ClientRequestToken: `token-of-the-sdk-${sentTransactions}`, ...input };
    },
    throttled: throttledError,
    conflicting: conflictingError,
  });

  return {
    rows: <Row>(table: string) =>
      [...store.tableOf(table).rows.values()].map(({ item }) => copy(item) as Row),
    get: <Row>(name: string, key: Record<string, unknown>) => {
      const table = store.tableOf(name);
      const row = table.rows.get(keyText(table.definition.key, stored(key) as Item));
      return row && (copy(row.item) as Row);
    },
    put: (name, raw) => {
      const table = store.tableOf(name);
      const item = stored(raw) as Item;
      const row = rowOf(table, item, checkItem(table, item, 'put'));
      store.write({ table, before: table.rows.get(row.id), after: row });
    },
    reset: () => {
      store.reset();
      operations.length = 0;
      unprocessed = { keys: 0, times: 0 };
    },
    operations,
    leaveUnprocessed: (keys, times = 1) => {
      unprocessed = { keys, times };
    },
    uninstall,
  };
};

const capacity = (request: object, table: string, units: number) => {
  const wanted = (request as { ReturnConsumedCapacity?: string }).ReturnConsumedCapacity;
  return wanted === undefined || wanted === 'NONE'
    ? {}
    : { ConsumedCapacity: { TableName: table, CapacityUnits: units } };
};
