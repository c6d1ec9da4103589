import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  BatchGetItemCommand,
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  GetScheduleGroupCommand,
  ListSchedulesCommand,
  SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PublishBatchCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParametersByPathCommand, GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callsOf, type SignedRequest } from './call.ts';

/** An agent that records requests and sends no responses. */
const heard: SignedRequest[] = [];
const server = createServer(async (incoming: IncomingMessage, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const { method = '', url: path = '', headers } = incoming;
  heard.push({ method, path, headers, body: Buffer.concat(chunks).toString() });
  response.writeHead(500).end();
});

const config = () => ({
  endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  maxAttempts: 1,
});

/** The request that the SDK sends for a command. */
const requestOf = async (send: () => Promise<unknown>): Promise<SignedRequest> => {
  heard.length = 0;
  await send().catch(() => undefined);
  const [request] = heard;
  if (request === undefined) throw new Error('no request');
  return request;
};

const ARN = (service: string, rest: string) => `arn:aws:${service}:us-east-1:000000000000:${rest}`;
const Key = { id: { S: 'msg_1' } };
const dynamodb = () => new DynamoDBClient(config());
const scheduler = () => new SchedulerClient(config());
const target = { Arn: ARN('sqs', 'fires'), RoleArn: 'arn:aws:iam::000000000000:role/schedules' };
const daily = {
  ScheduleExpression: 'rate(1 day)',
  FlexibleTimeWindow: { Mode: 'OFF' as const },
  Target: target,
};

beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => void server.close());

describe('callsOf', () => {
  it.each([
    {
      asks: 'a row of a table',
      send: () => dynamodb().send(new GetItemCommand({ TableName: 'rows', Key })),
      expected: [['dynamodb:GetItem', ARN('dynamodb', 'table/rows')]],
    },
    {
      asks: 'an index, without its table',
      send: () => dynamodb().send(new QueryCommand({ TableName: 'rows', IndexName: 'due-index' })),
      expected: [['dynamodb:Query', ARN('dynamodb', 'table/rows/index/due-index')]],
    },
    {
      asks: 'each table of a batch',
      send: () =>
        dynamodb().send(
          new BatchGetItemCommand({ RequestItems: { a: { Keys: [Key] }, b: { Keys: [Key] } } }),
        ),
      expected: [
        ['dynamodb:BatchGetItem', ARN('dynamodb', 'table/a')],
        ['dynamodb:BatchGetItem', ARN('dynamodb', 'table/b')],
      ],
    },
    {
      asks: 'each row of a transaction, by what is done with it',
      send: () =>
        dynamodb().send(
          new TransactWriteItemsCommand({
            TransactItems: [
              { Put: { TableName: 'a', Item: Key } },
              { Update: { TableName: 'b', Key, UpdateExpression: 'REMOVE n' } },
              { Delete: { TableName: 'a', Key } },
              {
                ConditionCheck: {
                  TableName: 'c',
                  Key,
                  ConditionExpression: 'attribute_exists(id)',
                },
              },
            ],
          }),
        ),
      expected: [
        ['dynamodb:PutItem', ARN('dynamodb', 'table/a')],
        ['dynamodb:UpdateItem', ARN('dynamodb', 'table/b')],
        ['dynamodb:DeleteItem', ARN('dynamodb', 'table/a')],
        ['dynamodb:ConditionCheckItem', ARN('dynamodb', 'table/c')],
      ],
    },
    {
      asks: 'a topic',
      send: () =>
        new SNSClient(config()).send(
          new PublishCommand({ TopicArn: ARN('sns', 'bell'), Message: '{}' }),
        ),
      expected: [['sns:Publish', ARN('sns', 'bell')]],
    },
    {
      asks: 'a topic, also for a batch',
      send: () =>
        new SNSClient(config()).send(
          new PublishBatchCommand({
            TopicArn: ARN('sns', 'bell'),
            PublishBatchRequestEntries: [{ Id: '1', Message: '{}' }],
          }),
        ),
      expected: [['sns:Publish', ARN('sns', 'bell')]],
    },
    {
      asks: 'a queue by its URL',
      send: () =>
        new SQSClient(config()).send(
          new GetQueueAttributesCommand({ QueueUrl: 'http://127.0.0.1:1/000000000000/fires' }),
        ),
      expected: [['sqs:GetQueueAttributes', ARN('sqs', 'fires')]],
    },
    {
      asks: 'each parameter of a list',
      send: () =>
        new SSMClient(config()).send(
          new GetParametersCommand({ Names: ['/rez-agent/dev/a', '/rez-agent/dev/b'] }),
        ),
      expected: [
        ['ssm:GetParameters', ARN('ssm', 'parameter/rez-agent/dev/a')],
        ['ssm:GetParameters', ARN('ssm', 'parameter/rez-agent/dev/b')],
      ],
    },
    {
      asks: 'a folder of parameters',
      send: () =>
        new SSMClient(config()).send(
          new GetParametersByPathCommand({ Path: '/rez-agent/dev/endpoints' }),
        ),
      expected: [['ssm:GetParametersByPath', ARN('ssm', 'parameter/rez-agent/dev/endpoints')]],
    },
    {
      asks: 'a secret by its name, whatever the random end of its ARN is',
      send: () =>
        new SecretsManagerClient(config()).send(
          new GetSecretValueCommand({ SecretId: 'rez-agent/golf-dev' }),
        ),
      expected: [
        [
          'secretsmanager:GetSecretValue',
          ARN('secretsmanager', 'secret:rez-agent/golf-dev-??????'),
        ],
      ],
    },
    {
      asks: 'a schedule in its group, and the role that it runs as',
      send: () =>
        scheduler().send(
          new CreateScheduleCommand({ ...daily, GroupName: 'group', Name: 'daily' }),
        ),
      expected: [
        ['scheduler:CreateSchedule', ARN('scheduler', 'schedule/group/daily')],
        ['iam:PassRole', target.RoleArn],
      ],
    },
    {
      asks: 'the deletion of a schedule, without a role',
      send: () =>
        scheduler().send(new DeleteScheduleCommand({ GroupName: 'group', Name: 'daily' })),
      expected: [['scheduler:DeleteSchedule', ARN('scheduler', 'schedule/group/daily')]],
    },
    {
      asks: 'a list of schedules, for which AWS knows no resource',
      send: () => scheduler().send(new ListSchedulesCommand({ GroupName: 'group' })),
      expected: [['scheduler:ListSchedules', '*']],
    },
  ])('maps a request for $asks to its IAM actions and resources', async ({ send, expected }) => {
    const calls = callsOf(await requestOf(send));

    expect(calls.map(({ action, resource }) => [action, resource])).toEqual(expected);
  });

  it('contains the service to which a role is passed', async () => {
    const request = await requestOf(() =>
      scheduler().send(new CreateScheduleCommand({ ...daily, GroupName: 'group', Name: 'daily' })),
    );

    expect(callsOf(request).at(-1)?.context).toEqual({
      'iam:PassedToService': 'scheduler.amazonaws.com',
    });
  });

  it('throws for an operation or a service that it does not know', async () => {
    const group = await requestOf(() =>
      scheduler().send(new GetScheduleGroupCommand({ Name: 'group' })),
    );
    const unsigned = { ...group, headers: {} };
    const transaction = await requestOf(() =>
      dynamodb().send(
        new TransactWriteItemsCommand({ TransactItems: [{ Delete: { TableName: 'a', Key } }] }),
      ),
    );
    const strange = { ...transaction, body: transaction.body.replace('Delete', 'Move') };

    expect(() => callsOf(strange)).toThrow('no action of a transaction: Move');
    expect(() => callsOf(group)).toThrow('no operation that is known here');
    expect(() => callsOf(unsigned)).toThrow('no service that is known here');
  });
});
