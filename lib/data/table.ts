import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { storable } from '#lib/data/storable.ts';
import { clientConfig } from '#lib/platform/aws.ts';

/** The one DynamoDB client of a process; every entity uses it. */
export const documentClient = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig()), {
  marshallOptions: { removeUndefinedValues: true },
});

documentClient.middlewareStack.add(
  (next) => (args) => next({ ...args, input: storable(args.input) }),
  { step: 'initialize', priority: 'high', name: 'storableValues' },
);
