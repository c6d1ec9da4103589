import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { certificateFor } from '#test/lib/http/certificate.ts';
import type { Key } from './rows.ts';

type Rows = typeof import('./rows.ts');

/** The fields of an AWS request that decide the response. */
interface AwsRequest {
  Key: Key;
  ReturnValues?: string;
  Names?: string[];
}

/** One server in place of DynamoDB, SNS, SSM, SQS and ntfy. */
export interface StandIn {
  /** `https://localhost:<port>`. */
  url: string;
  /** The certificate of the server. PEM. */
  certificate: string;
  /** Delays every response from now on. Milliseconds. */
  delayAll: (ms: number) => void;
  stop: () => Promise<void>;
}

/** Rows that do not exist: the one that `checkStore` reads, and the messages of fires of the third of March. */
const isAbsent = (id: string): boolean => id === 'health' || id.startsWith('msg_20260303');

/** Start it on the loopback address, over TLS with a certificate of its own. It responds at once, always with the same. */
export const startStandIn = async (): Promise<StandIn> => {
  const { cert, key } = certificateFor('localhost');
  // Loaded here, because the rows are built by modules that read the environment.
  const rows = await import('./rows.ts');
  let delayMs = 0;
  const server = createServer({ cert, key, keepAlive: true }, async (request, response) => {
    const body = await textOf(request);
    const target =
      String(request.headers['x-amz-target'] ?? '')
        .split('.')
        .at(-1) ?? '';
    const { status, type, text } = answerTo(target, body, url(), rows);
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

const JSON_1_0 = 'application/x-amz-json-1.0';

const answerTo = (target: string, body: string, url: string, { breakerOf, itemOf }: Rows) => {
  const aws = (value: unknown) => ({
    status: 200,
    type: JSON_1_0,
    text: JSON.stringify(value),
  });
  switch (target) {
    case 'PutItem':
      return aws({});
    case 'GetItem': {
      const { Key } = JSON.parse(body) as AwsRequest;
      if (Key.id === undefined) return aws({ Item: breakerOf(url) });
      return aws(isAbsent(Key.id.S) ? {} : { Item: itemOf(Key) });
    }
    case 'UpdateItem': {
      const { Key, ReturnValues } = JSON.parse(body) as AwsRequest;
      if (ReturnValues !== 'ALL_NEW') return aws({});
      return aws({ Attributes: Key.id === undefined ? breakerOf(url) : itemOf(Key, 'processing') });
    }
    case 'Query':
      return aws({ Items: [], Count: 0, ScannedCount: 0 });
    case 'GetParameters': {
      const { Names = [] } = JSON.parse(body) as AwsRequest;
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
  const namespace = 'xmlns="http://sns.amazonaws.com/doc/2010-03-31/"';
  const text = `<${action}Response ${namespace}><${action}Result><MessageId>m</MessageId></${action}Result><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></${action}Response>`;
  return { status: 200, type: 'text/xml', text };
};
