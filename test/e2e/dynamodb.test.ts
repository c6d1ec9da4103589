import { CreateTableCommand, DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { CREDENTIALS } from '#scripts/local/clients.ts';
import {
  CONFORMANCE,
  CONFORMANCE_DEFINITION,
  CONFORMANCE_TABLE,
  createTableInput,
} from '#test/support/dynamodb-conformance.ts';
import { TRANSACTION_CASES } from '#test/support/dynamodb-transaction-cases.ts';

const CASES = [...CONFORMANCE, ...TRANSACTION_CASES];

const { endpoint } = inject('platform');
const bare = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials: CREDENTIALS });
const client = DynamoDBDocumentClient.from(bare, {
  marshallOptions: { removeUndefinedValues: true },
});

beforeAll(async () => {
  await bare.send(
    new CreateTableCommand(createTableInput(CONFORMANCE_TABLE, CONFORMANCE_DEFINITION)),
  );
});

afterAll(async () => {
  await bare.send(new DeleteTableCommand({ TableName: CONFORMANCE_TABLE }));
  bare.destroy();
});

describe('the local DynamoDB behaves as DynamoDB is documented, and as the in-memory DynamoDB', () => {
  it.each(
    CASES.filter(({ laxLocally }) => laxLocally !== true).map((one) => [one.title, one] as const),
  )('%s', async (_, one) => {
    expect(await one.run(client, 'e2e-')).toBeUndefined();
  });
});

describe('the local DynamoDB differs from DynamoDB', () => {
  it.each(
    CASES.filter(({ laxLocally }) => laxLocally === true).map((one) => [one.title, one] as const),
  )('not: %s', async (_, one) => {
    expect(await one.run(client, 'e2e-')).toBeDefined();
  });
});
