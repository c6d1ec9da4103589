import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Message } from '#lib/messages/message.ts';
import { iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { STAGE } from '#scripts/local/clients.ts';
import { poolOf } from '#scripts/users/pool.ts';
import { signInAtLocal, signInBy } from '#scripts/users/sign-in.ts';
import { visitForm } from '#scripts/users/visit.ts';
import { logLines } from './support/eventually.ts';
import { aPerson, claimsOf } from './support/people.ts';
import { wakeUpOf } from './support/queues.ts';
import { aRow } from './support/rows.ts';
import { openScene, type Scene } from './support/scene.ts';
import { schedulesAt } from './support/schedules.ts';

const KB = 1_024;

/** Differences from AWS that these tests rely on. A test fails when an upgrade changes one. See docs/guides/local-aws.md. */
describe('the local AWS, unlike AWS,', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await openScene();
  });

  afterAll(() => scene.close());

  it('allows every call, whatever the role allows', async () => {
    const nobody = new SQSClient({
      endpoint: inject('platform').endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'nobody', secretAccessKey: 'wrong' },
    });
    const QueueUrl = scene.queues.urlOf('messages-dlq');

    const { Attributes } = await nobody.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
    );
    nobody.destroy();

    expect(Attributes?.QueueArn).toMatch(/:rez-agent-messages-dlq-dev$/);
  });

  it('creates a log stream for each invocation, and leaves metrics in the log lines', async () => {
    const { clients, completed, eventually, queues, rows } = scene;
    const startMs = Date.now();
    const pair = [aRow('notify', { message: 'A' }), aRow('notify', { message: 'B' })];
    for (const message of pair) await rows.put(message);

    for (const message of pair) {
      await queues.send('notifications', [wakeUpOf(message)]);
      await completed(message.correlation_id, 1);
    }
    const lines = await eventually('two log lines', {}, async () => {
      const found = (await logLines(clients, startMs)).filter(({ text }) =>
        pair.some(({ id }) => text.includes(id)),
      );
      return found.length === pair.length && found;
    });

    expect(new Set(lines.map(({ stream }) => stream)).size).toBe(2);
    for (const { text } of lines) expect(JSON.parse(text)).toHaveProperty('_aws.CloudWatchMetrics');
  });

  it('leaves out the groups when its token endpoint refreshes a token, and does not rotate refresh tokens', async () => {
    const { endpoint } = inject('platform');
    const { email, password } = await aPerson(scene.clients, 'viewer');
    const { clientId } = await poolOf(scene.clients.cognito, STAGE);
    const tokens = await signInBy(visitForm(email, password), signInAtLocal(endpoint, clientId));

    const answer = await fetch(`${endpoint}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        client_id: clientId,
        refresh_token: tokens.refresh_token ?? '',
      }),
    });
    const { access_token, ...rest } = (await answer.json()) as { access_token: string };

    expect(claimsOf(tokens.access_token)['cognito:groups']).toEqual(['viewer']);
    expect(claimsOf(access_token)).not.toHaveProperty(['cognito:groups']);
    expect(rest).not.toHaveProperty('refresh_token');
  });

  it('replaces bytes that are not UTF-8 before the function gets them', async () => {
    const { headers } = await scene.signedIn('operator');
    const answer = await fetch(`${inject('platform').apiUrl}/api/messages`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: Buffer.concat([
        Buffer.from('{"message_type":"manual","payload":{"message":"'),
        Buffer.from([0xc3, 0x28]),
        Buffer.from('"}}'),
      ]),
    });

    expect(answer.status).toBe(201);
    const { correlation_id, payload } = (await answer.json()) as Message;
    expect(payload).toEqual({ message: '\ufffd(' });
    // Otherwise its push would arrive on the phone of another file.
    await scene.completed(correlation_id, 2);
  });

  it.each([
    { what: 'no token', authorization: undefined, status: 401, allowed: null },
    { what: 'a foreign token', authorization: 'Bearer a.b.c', status: 403, allowed: null },
    { what: 'a viewer', authorization: 'viewer', status: 200, allowed: 'http://localhost:5173' },
  ])(
    'adds CORS headers to responses of the API, but not to those of the gateway: $status for $what',
    async ({ authorization, status, allowed }) => {
      const { headers } = await scene.signedIn('viewer');
      const of = authorization === undefined ? {} : { authorization };

      const answer = await fetch(`${inject('platform').apiUrl}/api/messages`, {
        headers: {
          origin: 'http://localhost:5173',
          ...(authorization === 'viewer' ? headers : of),
        },
      });

      expect(answer.status).toBe(status);
      expect(answer.headers.get('access-control-allow-origin')).toBe(allowed);
    },
  );
});

/** Behaviour that the tests of schedules and paging rely on. */
describe('the local AWS, like AWS,', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await openScene();
  });

  afterAll(() => scene.close());

  // Two tests that mostly wait, in parallel.
  it.concurrent('fires a one-time schedule within seconds, with its scheduled time, and deletes it', {
    timeout: 180_000,
  }, async () => {
    const { sqs } = scene.clients;
    const schedules = schedulesAt();
    const name = `e2e-once-${Date.now()}`;
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
    );
    const daily = await scene.eventually('daily-hello in the group', { timeoutMs: 100_000 }, () =>
      schedules.get('sched_20260101000000_DAYHE110-r1', 'rez-agent-dev').catch(() => undefined),
    );
    const dueMs = Math.floor(Date.now() / SECOND_MS) * SECOND_MS;

    await schedules.createOnce({
      ...{ name, atMs: dueMs },
      target: { ...daily.Target, Arn: Attributes?.QueueArn },
    });
    const startMs = Date.now();
    const body = await scene.eventually('a fire', {}, async () => {
      const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
      return Messages?.[0]?.Body;
    });
    await sqs.send(new DeleteQueueCommand({ QueueUrl }));

    expect(Date.now() - startMs).toBeLessThan(10 * SECOND_MS);
    expect(JSON.parse(body)).toMatchObject({
      kind: 'fire',
      schedule_id: 'sched_20260101000000_DAYHE110',
      scheduled_time: `${iso(dueMs).slice(0, 19)}Z`,
    });
    expect(await schedules.get(name, 'default').catch(() => 'gone')).toBe('gone');
  });

  it.concurrent('fires a rate at its start date and then at its interval', {
    timeout: 120_000,
  }, async () => {
    const { sqs } = scene.clients;
    const schedules = schedulesAt();
    const name = `e2e-rate-${Date.now()}`;
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
    );
    const startMs = Math.ceil(Date.now() / SECOND_MS) * SECOND_MS + 2 * SECOND_MS;
    const RoleArn = 'arn:aws:iam::000000000000:role/any';
    await schedules.createRate(name, {
      startMs,
      target: { Arn: Attributes?.QueueArn, RoleArn, Input: '"<aws.scheduler.scheduled-time>"' },
    });

    const fires: { sentMs: number; time: string }[] = [];
    await scene.eventually('two fires', { timeoutMs: 100_000 }, async () => {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          ...{ QueueUrl, MessageSystemAttributeNames: ['SentTimestamp'] },
          VisibilityTimeout: 600, // So that each fire is counted once.
        }),
      );
      for (const { Attributes: of, Body = '' } of Messages) {
        fires.push({ sentMs: Number(of?.SentTimestamp), time: JSON.parse(Body) });
      }
      return fires.length >= 2;
    });
    await schedules.remove(name, 'default');
    await sqs.send(new DeleteQueueCommand({ QueueUrl }));

    for (const [n, { sentMs, time }] of fires.entries()) {
      const dueMs = startMs + n * MINUTE_MS;
      expect(time).toBe(`${iso(dueMs).slice(0, 19)}Z`);
      expect(sentMs).toBeGreaterThanOrEqual(dueMs);
      expect(sentMs).toBeLessThan(dueMs + 10 * SECOND_MS);
    }
  });

  it('ends a page of a query before 1 MB, with a key to continue from', async () => {
    const { endpoint } = inject('platform');
    const config = {
      endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    };
    const dynamodb = new DynamoDBClient(config);
    const TableName = 'e2e-large-page';
    await dynamodb.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' },
          { AttributeName: 'sk', AttributeType: 'S' },
        ],
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
      }),
    );
    const large = ['1', '2', '3', '4'].map((sk) => ({
      PutRequest: { Item: { pk: { S: 'x' }, sk: { S: sk }, body: { S: 'x'.repeat(390 * KB) } } },
    }));
    await dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: large } }));

    const page = await dynamodb.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: 'x' } },
      }),
    );
    await dynamodb.send(new DeleteTableCommand({ TableName }));
    dynamodb.destroy();

    expect(page.Items).toHaveLength(2);
    expect(page.LastEvaluatedKey).toEqual({ pk: { S: 'x' }, sk: { S: '2' } });
  });
});
