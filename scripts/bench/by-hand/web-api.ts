import { randomBytes } from 'node:crypto';
import { GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { clientConfig } from '#lib/platform/aws.ts';
import { checkPush } from './checks.ts';
import { counters } from './counters.ts';
import { tell } from './line.ts';
import { put, wake } from './produce.ts';
import { iso } from './store.ts';
import { callerOf } from './token.ts';

const ssm = new SSMClient(clientConfig());
const PREFIX = '/rez-agent/dev';
const FLAG = `${PREFIX}/flags/manual-messages`;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

const ORIGIN = 'https://dashboard.example.com';
const HEADERS = {
  'Content-Type': 'application/json',
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  Vary: 'Origin',
};

/**
 * What the function web-api does with POST /api/messages, call by call: the same verification of the caller, conditions,
 * bounds, counters, headers and log line, and no framework, schema or logger. It checks less: no key twice, no depth.
 */
export const handler = async ({
  body = '{}',
  headers,
  rawPath,
  requestContext,
}: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
  const startMs = Date.now();
  const offered = headers['x-correlation-id'] ?? '';
  const correlation_id = /^[\w-]{1,64}$/.test(offered) ? offered : requestContext.requestId;
  const { method } = requestContext.http;
  if (method !== 'POST' || rawPath !== '/api/messages') return refused(404);
  const parameters = await freshParameters();
  const caller = await callerOf(headers.authorization);
  if (caller === undefined) return refused(401);
  if (!caller.roles.includes('operator') && !caller.roles.includes('admin')) return refused(403);
  const { message_type, payload, ...more } = JSON.parse(body);
  if (message_type !== 'manual' || Object.keys(more).length > 0) return refused(400);
  checkPush(payload);
  if (parameters.get(FLAG) !== 'on') return refused(503);

  const now = iso();
  const nowMs = Date.parse(now);
  const message = {
    version: '1.0',
    id: newId(now),
    created_date: now,
    updated_date: now,
    created_by: `user:${caller.username}`,
    stage: 'dev',
    message_type,
    status: 'created',
    payload,
    correlation_id,
    hop_count: 0,
    valid_until: iso(nowMs + DAY_MS),
    attempt: 0,
    retry_count: 0,
    strikes: 0,
    next_due_at: iso(nowMs + MINUTE_MS),
    due_bucket: 'due',
  };
  await put(message);
  const counted = counters();
  counted.created(message_type, now);
  await Promise.all([wake(message, 'web-api', process.env.MESSAGES_TOPIC_ARN), counted.flush()]);
  tell(
    'request answered',
    {
      correlation_id,
      method,
      route: rawPath,
      status: 201,
      duration_ms: Date.now() - startMs,
      message_id: message.id,
      message_type,
    },
    { MessagesCreated: 1 },
  );
  return {
    statusCode: 201,
    headers: {
      ...HEADERS,
      ...(headers.origin === ORIGIN ? { 'Access-Control-Allow-Origin': ORIGIN } : {}),
      'X-Correlation-ID': correlation_id,
      Location: `/api/messages/${message.id}`,
    },
    body: JSON.stringify({ message_id: message.id, ...message, status: 'queued' }),
  };
};

const refused = (statusCode: number) => ({ statusCode, headers: HEADERS, body: '{}' });

const newId = (now: string) =>
  `msg_${now.replace(/\D/g, '').slice(0, 14)}_${randomBytes(8).toString('hex').toUpperCase()}`;

let parameters: Promise<Map<string, string>> | undefined;
let staleMs = 0;

/** Flags are believed for a minute. */
const freshParameters = () => {
  if (parameters !== undefined && Date.now() < staleMs) return parameters;
  staleMs = Date.now() + MINUTE_MS;
  parameters = readParameters();
  return parameters;
};

const readParameters = async () => {
  const { Parameters = [] } = await ssm.send(
    new GetParametersCommand({ Names: [`${PREFIX}/cursor-key`, FLAG], WithDecryption: true }),
  );
  return new Map(Parameters.map(({ Name = '', Value = '' }) => [Name, Value]));
};
