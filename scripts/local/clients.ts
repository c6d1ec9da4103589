import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';

/** The stage in the local AWS. Names of resources end with it. */
export const STAGE = 'dev';

/** The local AWS accepts any credentials. */
export const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };

/** Clients of the local AWS at `endpoint`. */
export const localClients = (endpoint: string) => {
  const config = { endpoint, region: 'us-east-1', credentials: CREDENTIALS, maxAttempts: 2 };
  return {
    cognito: new CognitoIdentityProviderClient(config),
    dynamodb: new DynamoDBClient(config),
    lambda: new LambdaClient(config),
    logs: new CloudWatchLogsClient(config),
    secrets: new SecretsManagerClient(config),
    sns: new SNSClient(config),
    sqs: new SQSClient(config),
    ssm: new SSMClient(config),
  };
};

export type LocalClients = ReturnType<typeof localClients>;

/** The name in AWS of a resource of the product. */
export const nameOf = (resource: string) => `rez-agent-${resource}-${STAGE}`;

/** `messages` for `rez-agent-messages-dev`. `undefined` for a name that is not one of the product. */
export const shortNameOf = (name: string): string | undefined =>
  new RegExp(`^rez-agent-(.+)-${STAGE}$`).exec(name)?.[1];
