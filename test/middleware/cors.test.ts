import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { cors } from '#middleware/cors.ts';
import { httpEvent, lambdaContext } from '#test/support/events.ts';

const headersFor = async (origin: string | undefined, allowed: readonly string[]) => {
  const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use(cors(allowed))
    .handler(async () => ({ statusCode: 200 }));
  const event = httpEvent({ headers: origin === undefined ? {} : { Origin: origin } });
  const { headers } = await handler(event, lambdaContext());
  return headers ?? {};
};

const ONE = ['https://app.example'];
const TWO = ['https://app.example', 'http://localhost:5173'];

describe('cors', () => {
  it.each([
    { origin: 'https://app.example', allowed: ONE },
    { origin: 'https://app.example', allowed: TWO },
    { origin: 'http://localhost:5173', allowed: TWO },
  ])('adds all CORS headers of the contract for the listed $origin (F64)', async (row) => {
    expect(await headersFor(row.origin, row.allowed)).toEqual({
      'Access-Control-Allow-Origin': row.origin,
      'Access-Control-Allow-Credentials': 'true',
      'Access-Control-Allow-Methods': 'GET,POST,PUT,DELETE,OPTIONS',
      'Access-Control-Allow-Headers':
        'Authorization,Content-Type,Idempotency-Key,If-Match,X-Correlation-ID',
      'Access-Control-Expose-Headers':
        'Location,ETag,Retry-After,Idempotency-Replayed,X-Correlation-ID',
      'Access-Control-Max-Age': '3600',
      Vary: 'Origin',
    });
  });

  const strangers = [
    ...[undefined, '', 'null', '*', 'https://evil.example', 'https://app.example.evil.example'],
    ...['https://evilapp.example', 'https://app.example:8443', 'http://app.example'],
    ...['https://APP.example', 'https://app.example/', 'https://app.example.', 'app.example'],
    ...['https://app.example https://evil.example', 'https://app.example,https://evil.example'],
    ...['https://appxexample', 'https://user@app.example', 'https://app.example#', 'file://'],
    ...['__proto__', 'constructor', 'http://localhost:51730', 'http://localhost'],
  ];
  it.each([ONE, TWO, []].flatMap((allowed) => strangers.map((origin) => ({ origin, allowed }))))(
    'tells $origin nothing but that the answer varies, $allowed being listed (F64)',
    async (row) => {
      expect(await headersFor(row.origin, row.allowed)).toEqual({ Vary: 'Origin' });
    },
  );

  it.each(['*', 'https://*.example', 'app.example', 'https://app.example/', 'null', ''])(
    'does not start with %j in its list',
    (origin) => {
      expect(() => cors([origin])).toThrow('is not an origin');
    },
  );
});
