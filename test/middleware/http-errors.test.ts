import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { describe, expect, it, vi } from 'vitest';
import { AppError } from '#lib/platform/errors.ts';
import { log } from '#lib/platform/log.ts';
import { correlationId } from '#middleware/correlation-id.ts';
import { httpErrors } from '#middleware/http-errors.ts';
import { httpEvent } from '#test/support/events.ts';
import { invoke } from '#test/support/lambda.ts';

// The level is read while the logger loads.
vi.hoisted(() => vi.stubEnv('LOG_LEVEL', 'warn'));

const lines: string[] = [];
vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => lines.push(String(chunk)) > 0);

const answerTo = async (error: unknown, errorHeaders: Record<string, string> = {}) => {
  lines.length = 0;
  const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use(correlationId({ log }))
    .use(httpErrors())
    .handler(async (_event, context) => {
      Object.assign(context.errorHeaders, errorHeaders);
      throw error;
    });
  const { statusCode, headers, body } = await invoke(handler, httpEvent());
  return { status: statusCode, headers, body: JSON.parse(body ?? '') as { error: object } };
};

describe('httpErrors', () => {
  it.each([
    ['invalid', 'VALIDATION_ERROR', 400, 'VALIDATION_ERROR'],
    ['invalid', 'INVALID_PAYLOAD', 400, 'VALIDATION_ERROR'],
    ['invalid', 'PAYLOAD_TOO_LARGE', 413, 'PAYLOAD_TOO_LARGE'],
    ['invalid', 'UNSUPPORTED_MEDIA_TYPE', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['invalid', 'METHOD_NOT_ALLOWED', 405, 'METHOD_NOT_ALLOWED'],
    ['unauthorized', 'UNAUTHORIZED', 401, 'UNAUTHORIZED'],
    ['unauthorized', 'FORBIDDEN', 403, 'FORBIDDEN'],
    ['not-found', 'MESSAGE_NOT_FOUND', 404, 'MESSAGE_NOT_FOUND'],
    ['not-found', 'ROUTE_NOT_FOUND', 404, 'ROUTE_NOT_FOUND'],
    ['conflict', 'MESSAGE_EXISTS', 409, 'CONFLICT'],
    ['unavailable', 'FEATURE_DISABLED', 503, 'FEATURE_DISABLED'],
    ['unavailable', 'STORE_UNAVAILABLE', 503, 'SERVICE_UNAVAILABLE'],
    ['unavailable', 'CONFIG_UNAVAILABLE', 503, 'SERVICE_UNAVAILABLE'],
  ] as const)('responds to %s %s with %i %s in the envelope', async (kind, code, status, shown) => {
    const answer = await answerTo(new AppError(kind, code, 'what is wrong'));

    expect(answer.status).toBe(status);
    expect(answer.headers?.['Content-Type']).toBe('application/json');
    expect(answer.body.error).toMatchObject({ code: shown, correlation_id: 'aws-request-1' });
  });

  it.each([
    new Error('arn:aws:dynamodb:us-east-1:0:table/secret-table'),
    Object.assign(new Error('secret-table'), { statusCode: 418, expose: true, code: 'secret' }),
    new TypeError('secret-table is not a function'),
    new AppError('unavailable', 'STORE_UNAVAILABLE', 'secret-table', { cause: new Error('x') }),
    'secret-table',
    undefined,
    null,
    { statusCode: 200, message: 'secret-table' },
  ])('responds without details of the internal error: %s (F66)', async (error) => {
    const { status, body } = await answerTo(error);

    expect(status).toBeGreaterThanOrEqual(500);
    expect(JSON.stringify(body)).not.toMatch(/secret|stack|arn:/);
  });

  it('lists every problem with its path', async () => {
    const details = [{ path: 'payload.title', problem: 'too long' }];

    const { body } = await answerTo(new AppError('invalid', 'VALIDATION_ERROR', 'no', { details }));

    expect(body.error).toEqual({
      ...{ code: 'VALIDATION_ERROR', message: 'no', details, correlation_id: 'aws-request-1' },
    });
  });

  it('sets Retry-After in whole seconds, rounded up', async () => {
    const { headers } = await answerTo(
      new AppError('unavailable', 'HTTP_429', 'busy', { retryAfterMs: 1_001 }),
    );

    expect(headers?.['Retry-After']).toBe('2');
  });

  it('adds the error headers of the request, and none of another request', async () => {
    const denied = new AppError('unauthorized', 'UNAUTHORIZED', 'no');

    const first = await answerTo(denied, { 'WWW-Authenticate': 'Bearer', Allow: 'GET' });
    const second = await answerTo(denied);

    expect(first.headers).toMatchObject({ 'WWW-Authenticate': 'Bearer', Allow: 'GET' });
    expect(second.headers).not.toHaveProperty('Allow');
  });

  it.each([
    { code: 'UNAUTHORIZED', challenge: 'Bearer realm="rez-agent"' },
    { code: 'INVALID_AUTHORIZATION_CODE', challenge: 'Bearer realm="rez-agent"' },
    { code: 'INVALID_REFRESH_TOKEN', challenge: 'Bearer realm="rez-agent"' },
    { code: 'FORBIDDEN', challenge: undefined },
  ] as const)(
    'sends with $code the header WWW-Authenticate: $challenge',
    async ({ code, challenge }) => {
      const { headers } = await answerTo(new AppError('unauthorized', code, 'no'));

      expect(headers?.['WWW-Authenticate']).toBe(challenge);
    },
  );

  it.each([
    { error: new AppError('invalid', 'VALIDATION_ERROR', 'no'), level: 'warn' },
    { error: new AppError('unavailable', 'STORE_UNAVAILABLE', 'no'), level: 'error' },
    { error: new Error('a bug'), level: 'error' },
  ])('logs one line per error: $error.message', async ({ error, level }) => {
    await answerTo(error);

    const levels = lines.map((line) => (JSON.parse(line) as { level: string }).level);
    expect(levels).toEqual([level]);
  });
});
