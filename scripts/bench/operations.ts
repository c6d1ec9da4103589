import { SSMClient } from '@aws-sdk/client-ssm';
import type { SQSEvent } from 'aws-lambda';
import { iso } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { startNtfy } from '#scripts/local/ntfy-server.ts';
import { type DynamoOperation, installDynamo } from '#test/support/dynamodb.ts';
import { httpEvent, lambdaContext, sqsEvent } from '#test/support/events.ts';
import { installScheduler } from '#test/support/scheduler.ts';
import { installSns } from '#test/support/sns.ts';
import { AUTHORIZATION, serveBenchKeys } from './callers.ts';

/** The use of AWS by one operation. */
export interface Usage {
  /** Write and read request units of DynamoDB, indexes included. */
  writeUnits: number;
  readUnits: number;
  publishes: number;
  /** Requests to SQS: a delivery by SNS, a receive, a delete. */
  queueRequests: number;
  parameterReads: number;
  invocations: number;
  logBytes: number;
}

export const NO_USAGE: Usage = {
  writeUnits: 0,
  readUnits: 0,
  publishes: 0,
  queueRequests: 0,
  parameterReads: 0,
  invocations: 0,
  logBytes: 0,
};

export interface FlowUsage {
  /** From the POST over processor and notification to the push on the phone. */
  message: Usage;
  /** The part of the POST. */
  post: Usage;
  /** The same POST with an `Idempotency-Key`. */
  keyedPost: Usage;
  get: Usage;
  /** A list of fifty. */
  list: Usage;
  /** A tool call of an assistant that lists ten messages. */
  toolCall: Usage;
  /** A tick of the sweeper without work. There is one schedule, as in a new deployment. */
  tick: Usage;
  /** The DynamoDB operations of the message, in order. */
  steps: readonly string[];
  /** Pushes that the phone shows. */
  pushes: number;
}

const TOPICS = ['messages', 'notifications'] as const;
const arn = (topic: string) => `arn:aws:sns:us-east-1:000000000000:rez-agent-${topic}-dev`;
const LISTED = 50;

const LIST_TEN_MESSAGES = {
  method: 'POST',
  path: '/mcp',
  headers: { authorization: AUTHORIZATION, 'mcp-protocol-version': '2025-11-25' },
  body: {
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name: 'list_messages', arguments: { limit: 10 } },
  },
};

/**
 * Counts the use of AWS by one message from the POST to the push. It runs the real handlers and SDK clients over an
 * in-memory DynamoDB, SNS and queue, and an ntfy server on this machine. It counts the second message, when the breaker
 * and the parameters are cached. Sets `LOCAL_ORIGINS` and `JWKS_URL`, and must be called before anything loads
 * `handlers/notification` or `handlers/mcp`.
 */
export const countOperations = async (): Promise<FlowUsage> => {
  const ntfy = await startNtfy();
  const keys = await serveBenchKeys();
  process.env.LOCAL_ORIGINS = [ntfy.url, keys.origin].join(',');
  process.env.JWKS_URL = keys.url;
  const ssm = answerParameters({
    'ntfy-url': ntfy.topicUrl('bench'),
    'ntfy-token': 'none',
    'cursor-key': Buffer.alloc(32).toString('base64'),
    'oauth-key': Buffer.alloc(32).toString('base64'),
    'flags/notifications': 'on',
    'flags/manual-messages': 'on',
  });
  const [{ documentClient }, { snsClient }, { schedulerClient }, schedules] = await Promise.all([
    import('#lib/data/table.ts'),
    import('#lib/bus/topics.ts'),
    import('#lib/schedules/event-bridge.ts'),
    import('#test/support/schedules.ts'),
  ]);
  const db = installDynamo(documentClient);
  const now = iso(Date.now());
  const since = { created_date: now, timing_since: now, counted_from: now, settled_until: now };
  db.put(schedules.SCHEDULES_TABLE, {
    ...schedules.aSchedule({ ...since, not_in_eventbridge: true }),
  });
  const bridge = installScheduler(schedulerClient, { clock: { now: Date.now } });
  const sns = installSns(snsClient);
  const queues = { messages: [] as string[], notifications: [] as string[] };
  for (const topic of TOPICS) {
    sns.subscribe(arn(topic), { send: (body) => queues[topic].push(body) });
  }
  const [webApi, mcp, processor, notification, sweeper] = await Promise.all([
    import('#handlers/web-api/index.ts'),
    import('#handlers/mcp/index.ts'),
    import('#handlers/processor/index.ts'),
    import('#handlers/notification/index.ts'),
    import('#handlers/sweeper/index.ts'),
  ]);

  const call = (handler: unknown, event: unknown) =>
    (handler as (event: unknown, context: unknown) => Promise<unknown>)(event, lambdaContext());
  const request = (event: Parameters<typeof httpEvent>[0]) =>
    call(webApi.handler, httpEvent({ headers: { authorization: AUTHORIZATION }, ...event }));
  /** Three requests to SQS per wake-up: sent by SNS, received, deleted. */
  const deliver = async (topic: (typeof TOPICS)[number], handler: unknown): Promise<number> => {
    const bodies = queues[topic].splice(0);
    await call(handler, sqsEvent(bodies) satisfies SQSEvent);
    return 3 * bodies.length;
  };
  const usage = async (work: () => Promise<number | undefined>): Promise<Usage> => {
    const before = {
      operations: db.operations.length,
      publishes: sns.published.length,
      reads: ssm.reads,
    };
    const log = capture();
    const queueRequests = (await work().finally(log.stop)) ?? 0;
    const operations = db.operations.slice(before.operations);
    return {
      writeUnits: sum(operations.map(({ writeUnits }) => writeUnits)),
      readUnits: sum(operations.map(({ readUnits }) => readUnits)),
      publishes: sns.published.length - before.publishes,
      queueRequests,
      parameterReads: ssm.reads - before.reads,
      invocations: 1,
      logBytes: log.bytes(),
    };
  };

  const post = (headers: Record<string, string> = {}) =>
    usage(async () => {
      await request({
        method: 'POST',
        path: '/api/messages',
        headers: { authorization: AUTHORIZATION, ...headers },
        body: {
          message_type: 'manual',
          payload: { message: 'Water the plants', title: 'Reminder' },
        },
      });
      return 0;
    });
  const deliveries = async () => [
    await usage(() => deliver('messages', processor.handler)),
    await usage(() => deliver('notifications', notification.handler)),
  ];

  try {
    await post();
    await deliveries();
    const start = db.operations.length;
    const posted = await post();
    const message = total([posted, ...(await deliveries())]);
    const steps = db.operations.slice(start).map(stepOf);
    const pushes = ntfy.phone('bench').length;
    const keyedPost = await post({ 'idempotency-key': 'once' });
    await deliveries();

    for (let n = 0; n < LISTED / 2; n += 1) {
      await post();
      await deliveries();
    }
    const [{ id = '' } = {}] = db.rows(env('MESSAGES_TABLE')) as { id?: string }[];
    const get = await usage(async () => {
      await request({ path: `/api/messages/${id}` });
      return 0;
    });
    const list = await usage(async () => {
      await request({ path: '/api/messages', query: { limit: String(LISTED) } });
      return 0;
    });
    const callTool = () =>
      usage(async () => {
        await call(mcp.handler, httpEvent(LIST_TEN_MESSAGES));
        return 0;
      });
    // The first call reads the parameters.
    await callTool();
    const toolCall = await callTool();
    // The first tick of a deployment recounts earlier hours and creates its schedule in EventBridge.
    await usage(async () => {
      await call(sweeper.handler, {});
      return 0;
    });
    const tick = await usage(async () => {
      await call(sweeper.handler, {});
      return 0;
    });
    return { message, post: posted, keyedPost, get, list, toolCall, tick, steps, pushes };
  } finally {
    bridge.uninstall();
    sns.uninstall();
    db.uninstall();
    ssm.restore();
    await keys.close();
    await ntfy.stop();
  }
};

const stepOf = ({ command, table, readUnits, writeUnits }: DynamoOperation): string =>
  `${command} ${table.replace(/^rez-agent-|-dev$/g, '')} ${writeUnits > 0 ? `${writeUnits} WRU` : `${readUnits} RRU`}`;

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);

export const total = (usages: readonly Usage[]): Usage =>
  usages.reduce((all, one) => combined(all, one, (a, b) => a + b), NO_USAGE);

export const difference = (all: Usage, part: Usage): Usage => combined(all, part, (a, b) => a - b);

const combined = (a: Usage, b: Usage, how: (a: number, b: number) => number): Usage => ({
  writeUnits: how(a.writeUnits, b.writeUnits),
  readUnits: how(a.readUnits, b.readUnits),
  publishes: how(a.publishes, b.publishes),
  queueRequests: how(a.queueRequests, b.queueRequests),
  parameterReads: how(a.parameterReads, b.parameterReads),
  invocations: how(a.invocations, b.invocations),
  logBytes: how(a.logBytes, b.logBytes),
});

/** Replaces every SSM client by these parameters, under the prefix of the stage. */
const answerParameters = (parameters: Readonly<Record<string, string>>) => {
  const { send } = SSMClient.prototype;
  const counted = { reads: 0, restore: () => Object.assign(SSMClient.prototype, { send }) };
  Object.assign(SSMClient.prototype, {
    // A folder, such as that of the endpoints, is empty.
    send: async ({ input: { Names = [] } }: { input: { Names?: string[] } }) => {
      counted.reads += 1;
      const values = Names.map((Name) => ({
        Name,
        Value: parameters[Name.split('/').slice(3).join('/')],
      }));
      return {
        Parameters: values.filter(({ Value }) => Value !== undefined),
        InvalidParameters: values.flatMap(({ Name, Value }) => (Value === undefined ? [Name] : [])),
      };
    },
  });
  return counted;
};

/** Counts the bytes that are logged, and does not print them. */
const capture = () => {
  const { write } = process.stdout;
  let bytes = 0;
  Object.assign(process.stdout, {
    write: (text: string) => {
      bytes += Buffer.byteLength(text);
      return true;
    },
  });
  return { bytes: () => bytes, stop: () => void Object.assign(process.stdout, { write }) };
};
