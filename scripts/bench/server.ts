import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { serverOf } from '#lib/channels/ntfy-config.ts';
import { certificateFor } from '#test/lib/http/certificate.ts';

/** Stands in for DynamoDB, SNS, SSM, SQS and ntfy at once. */
export interface StandIn {
  /** `https://localhost:<port>`. */
  url: string;
  /** PEM; who trusts it trusts the stand-in. */
  certificate: string;
  /** From now on everything is answered after this. Milliseconds. */
  delayAll: (ms: number) => void;
  stop: () => Promise<void>;
}

const FAR = '2049-01-01T00:00:00.000Z';

/** Functions that start ask for this message, which does not exist. */
const REHEARSAL = 'warm';

/** What is not there: the rehearsal's message, and those that fires of the third of March are about to make. */
const isAbsent = (id: string): boolean => id === REHEARSAL || id.startsWith('msg_20260303');

type Key = { id?: { S: string }; day?: { S: string } };
interface Asked {
  Key: Key;
  Names?: string[];
}

/** A stand-in on the loopback address, over TLS with a certificate of its own, that answers at once and always the same. */
export const startStandIn = async (): Promise<StandIn> => {
  const { cert, key } = certificateFor('localhost');
  let delayMs = 0;
  const server = createServer({ cert, key, keepAlive: true }, async (request, response) => {
    const body = await textOf(request);
    const target =
      String(request.headers['x-amz-target'] ?? '')
        .split('.')
        .at(-1) ?? '';
    const { status, type, text } = answerTo(target, body, url());
    const send = () => write(response, status, type, text);
    if (delayMs > 0) setTimeout(send, delayMs);
    else send();
  });
  const url = () => `https://localhost:${(server.address() as AddressInfo).port}`;
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: url(),
    certificate: cert,
    delayAll: (ms) => {
      delayMs = ms;
    },
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
};

const write = (response: ServerResponse, status: number, type: string, text: string) =>
  response
    .writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) })
    .end(text);

const textOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
};

/** The breaker of ntfy, closed, which knows that the server echoes sequence ids. */
const breakerOf = (origin: string) => ({
  service_name: { S: 'ntfy' },
  state: { S: 'closed' },
  failures: { N: '0' },
  trial: { N: '0' },
  successes: { N: '0' },
  version: { N: '1' },
  write_id: { S: 'bench' },
  ttl: { N: '4000000000' },
  echoes_sequence: { BOOL: true },
  echo_server: { S: serverOf(origin) },
});

const JSON_1_0 = 'application/x-amz-json-1.0';

const answerTo = (target: string, body: string, url: string) => {
  const aws = (value: unknown, status = 200) => ({
    status,
    type: JSON_1_0,
    text: JSON.stringify(value),
  });
  const refuse = () =>
    aws(
      { __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException', message: '' },
      400,
    );
  switch (target) {
    case 'PutItem':
      return aws({});
    case 'GetItem': {
      const { Key } = JSON.parse(body) as Asked;
      if (Key.id === undefined) return aws({ Item: breakerOf(url) });
      return aws(isAbsent(Key.id.S) ? {} : { Item: itemOf(Key) });
    }
    case 'UpdateItem': {
      const { Key } = JSON.parse(body) as Asked;
      if (Key.id?.S === REHEARSAL) return refuse();
      if (Key.day !== undefined) return aws({});
      return aws({ Attributes: Key.id === undefined ? breakerOf(url) : itemOf(Key, 'processing') });
    }
    case 'Query':
      return aws({ Items: [], Count: 0, ScannedCount: 0 });
    case 'GetParameters': {
      const { Names = [] } = JSON.parse(body) as Asked;
      return aws({ Parameters: Names.map((Name) => ({ Name, Value: parameterOf(Name, url) })) });
    }
    default:
      return body.startsWith('{') ? ntfy(body) : sns(body);
  }
};

const parameterOf = (name: string, url: string) => {
  if (name.endsWith('/ntfy-url')) return `${url}/topic`;
  return name.endsWith('/ntfy-token') ? 'none' : 'on';
};

const ntfy = (body: string) => {
  const { topic, message, sequence_id } = JSON.parse(body) as Record<string, string>;
  const stored = { id: 'a1b2c3d4e5f6', time: 1, event: 'message', topic, message, sequence_id };
  return { status: 200, type: 'application/json', text: JSON.stringify(stored) };
};

const sns = (body: string) => {
  const action = new URLSearchParams(body).get('Action');
  const isEmptyBatch = action === 'PublishBatch';
  const namespace = 'xmlns="http://sns.amazonaws.com/doc/2010-03-31/"';
  const text = isEmptyBatch
    ? `<ErrorResponse ${namespace}><Error><Type>Sender</Type><Code>EmptyBatchRequest</Code><Message>empty</Message></Error><RequestId>r</RequestId></ErrorResponse>`
    : `<${action}Response ${namespace}><${action}Result><MessageId>m</MessageId></${action}Result><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></${action}Response>`;
  return { status: isEmptyBatch ? 400 : 200, type: 'text/xml', text };
};

const itemOf = (key: Key, status = 'queued') =>
  key.id?.S.startsWith('sched_') ? scheduleOf(key) : rowOf(key, status);

/** A schedule as it stands in the table: the one that comes with a deployment. */
const scheduleOf = ({ id = { S: '' } }: Key) => ({
  id,
  name: { S: 'daily-hello' },
  schedule_expression: { S: 'cron(0 12 * * ? *)' },
  timezone: { S: 'UTC' },
  target_type: { S: 'scheduled' },
  target: { M: { message_type: { S: 'hello_world' }, payload: { M: {} } } },
  schedule_arn: { S: `arn:aws:scheduler:us-east-1:000000000000:schedule/rez-agent-dev/${id.S}-r1` },
  overlap: { S: 'allow' },
  catch_up: { S: 'latest' },
  valid_for_seconds: { N: '3600' },
  expect: { M: { grace_seconds: { N: '300' }, max_run_seconds: { N: '900' } } },
  status: { S: 'active' },
  health: { S: 'new' },
  revision: { N: '1' },
  execution_count: { N: '0' },
  consecutive_failures: { N: '0' },
  created_by: { S: 'terraform' },
  created_date: { S: '2026-03-01T12:00:00.000Z' },
  updated_date: { S: '2026-03-01T12:00:00.000Z' },
  revised_date: { S: '2026-03-01T12:00:00.000Z' },
  counted_from: { S: '2026-03-01T12:00:00.000Z' },
  watched_from: { S: '2026-03-01T12:00:00.000Z' },
});

/** A message as it stands in the table. */
const rowOf = ({ id = { S: '' } }: Key, status: string) => ({
  id,
  version: { S: '1.0' },
  created_date: { S: '2026-03-01T12:00:00.000Z' },
  updated_date: { S: '2026-03-01T12:00:00.000Z' },
  created_by: { S: 'user:local' },
  stage: { S: 'dev' },
  message_type: { S: id.S.startsWith('msg_20260302') ? 'notify' : 'manual' },
  status: { S: status },
  payload: { M: { message: { S: 'Water the plants' } } },
  correlation_id: { S: 'bench' },
  hop_count: { N: '0' },
  valid_until: { S: FAR },
  attempt: { N: status === 'processing' ? '1' : '0' },
  strikes: { N: status === 'processing' ? '1' : '0' },
  retry_count: { N: '0' },
  next_due_at: { S: FAR },
  due_bucket: { S: 'due' },
  ...(status === 'processing'
    ? { claimed_by: { S: 'bench/record' }, lease_until: { S: FAR } }
    : {}),
});
