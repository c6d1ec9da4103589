import type { APIGatewayProxyEventV2, Context, SQSEvent, SQSRecord } from 'aws-lambda';

export interface RecordOverrides {
  body: unknown;
  messageId?: string;
  receiveCount?: number;
  /** When the queue received it. Milliseconds since the Unix epoch. */
  sentMs?: number;
}

const isDetailed = (one: unknown): one is RecordOverrides =>
  typeof one === 'object' && one !== null && 'body' in one;

const REGION = 'us-east-1';
const START_MS = Date.parse('2026-03-01T12:00:00.000Z');

/** A batch as Lambda gets it. A body that is not a string becomes JSON. `{ body, messageId, … }` sets more fields. */
export const sqsEvent = (bodies: readonly unknown[], { queue = 'messages' } = {}): SQSEvent => ({
  Records: bodies.map((one, at): SQSRecord => {
    const { body, messageId, receiveCount, sentMs }: RecordOverrides = isDetailed(one)
      ? one
      : { body: one };
    const takenMs = String(sentMs ?? START_MS);
    return {
      messageId: messageId ?? `record-${at + 1}`,
      receiptHandle: `receipt-${at + 1}`,
      body: typeof body === 'string' ? body : JSON.stringify(body),
      attributes: {
        ApproximateReceiveCount: String(receiveCount ?? 1),
        SentTimestamp: takenMs,
        SenderId: 'AIDAEXAMPLE',
        ApproximateFirstReceiveTimestamp: takenMs,
      },
      messageAttributes: {},
      md5OfBody: '00000000000000000000000000000000',
      eventSource: 'aws:sqs',
      eventSourceARN: `arn:aws:sqs:${REGION}:000000000000:rez-agent-${queue}-dev`,
      awsRegion: REGION,
    };
  }),
});

export interface HttpEventInput {
  method?: string;
  path?: string;
  /** A string is sent unchanged, bytes as base64, anything else as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
  query?: Record<string, string> | URLSearchParams;
  /** The principal that API Gateway authenticated by IAM. */
  userArn?: string;
  sourceIp?: string;
  /** Milliseconds since the Unix epoch. */
  timeMs?: number;
}

/** A request as an HTTP API delivers it, payload format 2.0: header names in lower case, the path decoded. */
export const httpEvent = ({
  method = 'GET',
  path = '/api/health',
  body,
  headers = {},
  query = {},
  userArn,
  sourceIp = '192.0.2.1',
  timeMs = START_MS,
}: HttpEventInput = {}): APIGatewayProxyEventV2 => {
  const lowered = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const isBinary = body instanceof Uint8Array;
  const text = isBinary
    ? Buffer.from(body).toString('base64')
    : typeof body === 'string' || body === undefined
      ? body
      : JSON.stringify(body);
  const fields = new URLSearchParams(query);
  const requestContext = {
    accountId: '000000000000',
    apiId: 'api-1',
    domainName: 'api-1.execute-api.us-east-1.amazonaws.com',
    domainPrefix: 'api-1',
    http: { method, path, protocol: 'HTTP/1.1', sourceIp, userAgent: 'test' },
    requestId: 'gateway-request-1',
    routeKey: '$default',
    stage: '$default',
    time: new Date(timeMs).toUTCString(),
    timeEpoch: timeMs,
    ...(userArn === undefined
      ? {}
      : {
          authorizer: {
            iam: {
              accessKey: 'ASIAEXAMPLE',
              accountId: '000000000000',
              callerId: 'AIDAEXAMPLE',
              cognitoIdentity: null,
              principalOrgId: null,
              userArn,
              userId: 'AIDAEXAMPLE',
            },
          },
        }),
  };
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: fields.toString(),
    ...(fields.size > 0 ? { queryStringParameters: Object.fromEntries(fields) } : {}),
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      host: requestContext.domainName,
      ...lowered,
    },
    requestContext,
    ...(text === undefined ? {} : { body: text }),
    isBase64Encoded: isBinary,
  };
};

export interface ContextOverrides {
  functionName?: string;
  awsRequestId?: string;
  /** The remaining time at the start, measured with `now`. Milliseconds. */
  remainingMs?: number;
  now?: () => number;
}

/** The second argument of a handler. Its remaining time is measured with `now`. */
export const lambdaContext = ({
  functionName = 'rez-agent-processor-dev',
  awsRequestId = 'aws-request-1',
  remainingMs = 60_000,
  now = Date.now,
}: ContextOverrides = {}): Context => {
  const endMs = now() + remainingMs;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName,
    functionVersion: '1',
    invokedFunctionArn: `arn:aws:lambda:${REGION}:000000000000:function:${functionName}:live`,
    memoryLimitInMB: '512',
    awsRequestId,
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: '2026/03/01/[1]test',
    getRemainingTimeInMillis: () => Math.max(endMs - now(), 0),
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
};
