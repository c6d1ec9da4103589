import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { installDynamo } from './dynamodb.ts';
import { CONFORMANCE, CONFORMANCE_DEFINITION, CONFORMANCE_TABLE } from './dynamodb-conformance.ts';
import { TRANSACTION_CASES } from './dynamodb-transaction-cases.ts';

const CASES = [...CONFORMANCE, ...TRANSACTION_CASES];

const client = DynamoDBDocumentClient.from(new DynamoDBClient({}), {
  marshallOptions: { removeUndefinedValues: true },
});

beforeAll(() => {
  installDynamo(client, { tables: { [CONFORMANCE_TABLE]: CONFORMANCE_DEFINITION } });
});

describe('the in-memory DynamoDB behaves as DynamoDB is documented', () => {
  it.each(CASES.map((one) => [one.title, one] as const))('%s', async (_, one) => {
    expect(await one.run(client, 'unit-')).toBeUndefined();
  });
});
