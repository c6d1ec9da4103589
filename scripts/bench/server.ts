import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { HOUR_MS, iso } from '#lib/platform/clock.ts';
import { certificateFor } from '#test/lib/http/certificate.ts';
import type { Key } from './rows.ts';

type Rows = typeof import('./rows.ts');

/** The fields of an AWS request that decide the response. */
interface AwsRequest {
  Key: Key;
  ReturnValues?: string;
  Names?: string[];
}

/** One server in place of DynamoDB, SNS, SSM, SQS, ntfy and the weather service. */
export interface StandIn {
  /** `https://localhost:<port>`. */
  url: string;
  /** The certificate of the server. PEM. */
  certificate: string;
  /** Delays every response from now on. Milliseconds. */
  delayAll: (ms: number) => void;
  stop: () => Promise<void>;
}

/** Rows that do not exist: the one that `checkStore` reads, the messages of fires of the third of March, cached values. */
const isAbsent = (id: string): boolean =>
  id === 'health' || id.startsWith('msg_20260303') || id.startsWith('cache_');

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
    const { status, type, text } =
      request.method === 'GET' ? forecast() : answerTo(target, body, url(), rows);
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

const parameterOf = (path: string, url: string): string => {
  const values: Readonly<Record<string, string>> = {
    'ntfy-url': `${url}/topic`,
    'ntfy-token': 'none',
    contact: 'ops@example.com',
    home: '40.75,-79.65',
    courses: '[]',
    services: JSON.stringify({ 'weather-gov': url }),
  };
  return values[path.split('/').at(-1) ?? ''] ?? 'on';
};

/** A forecast of one day. It also answers the health check of ntfy, which reads only the status. */
const forecast = () => {
  const at = (hours: number) => iso(Date.now() + hours * HOUR_MS).replace(/\.\d+Z$/, '+00:00');
  const period = (number: number, isDaytime: boolean) => ({
    number,
    name: isDaytime ? 'Today' : 'Tonight',
    startTime: at(12 * number - 13),
    endTime: at(12 * number - 1),
    isDaytime,
    temperature: 61,
    temperatureUnit: 'F',
    temperatureTrend: null,
    probabilityOfPrecipitation: { unitCode: 'wmoUnit:percent', value: 20 },
    windSpeed: '5 to 10 mph',
    windDirection: 'SW',
    shortForecast: 'Partly Sunny',
    detailedForecast: 'Partly sunny, with a high near 61. Southwest wind 5 to 10 mph.',
  });
  const properties = { updateTime: at(-1), periods: [period(1, true), period(2, false)] };
  return { status: 200, type: 'application/geo+json', text: JSON.stringify({ properties }) };
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
