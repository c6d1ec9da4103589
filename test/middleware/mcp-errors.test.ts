import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { describe, expect, it, vi } from 'vitest';
import { errorPage } from '#handlers/mcp/oauth/error-page.ts';
import { AppError } from '#lib/platform/errors.ts';
import { log } from '#lib/platform/log.ts';
import { correlationId } from '#middleware/correlation-id.ts';
import type { ErrorFormat } from '#middleware/mcp-error-body.ts';
import { mcpErrors } from '#middleware/mcp-errors.ts';
import { securityHeaders } from '#middleware/security-headers.ts';
import { httpEvent } from '#test/support/events.ts';
import { invoke } from '#test/support/lambda.ts';

// The level is read while the logger loads.
vi.hoisted(() => vi.stubEnv('LOG_LEVEL', 'warn'));

const lines: string[] = [];
vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => lines.push(String(chunk)) > 0);

const CHALLENGE = 'Bearer resource_metadata="https://one.example/metadata"';

const answerTo = async (error: unknown, format: ErrorFormat, body?: unknown) => {
  lines.length = 0;
  const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use(correlationId({ log }))
    .use(securityHeaders())
    .use(mcpErrors({ formatOf: () => format, challenge: CHALLENGE, errorPage }))
    .handler(async (_event, context) => {
      Object.assign(context, { body });
      throw error;
    });
  const { statusCode, headers, body: text = '' } = await invoke(handler, httpEvent());
  return { status: statusCode, headers: headers as Record<string, string>, text };
};

describe('mcpErrors as JSON-RPC', () => {
  it.each([
    ['invalid', 'VALIDATION_ERROR', 400, -32_700],
    ['invalid', 'PAYLOAD_TOO_LARGE', 413, -32_000],
    ['invalid', 'METHOD_NOT_ALLOWED', 405, -32_000],
    ['unauthorized', 'UNAUTHORIZED', 401, -32_000],
    ['unauthorized', 'FORBIDDEN', 403, -32_000],
    ['unavailable', 'KEYS_UNAVAILABLE', 503, -32_000],
    ['unavailable', 'RATE_LIMIT_EXCEEDED', 429, -32_000],
  ] as const)('answers %s %s with %i and %i', async (kind, code, status, rpcCode) => {
    const answer = await answerTo(new AppError(kind, code, 'what is wrong'), 'json-rpc');

    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toMatchObject({ jsonrpc: '2.0', error: { code: rpcCode } });
    expect(lines).toHaveLength(1);
  });

  it.each([
    [{ id: 7 }, 7],
    [{ id: 'a' }, 'a'],
    [{ id: {} }, null],
    [[{ id: 1 }], null],
    ['text', null],
    [undefined, null],
  ])('names the id of the request %j as %j', async (body, id) => {
    const { text } = await answerTo(
      new AppError('invalid', 'REQUEST_MALFORMED', 'no'),
      'json-rpc',
      body,
    );

    expect(JSON.parse(text)).toMatchObject({ id });
  });

  it('says where to sign in, and which right is missing, but only a client can use that', async () => {
    const missing = await answerTo(new AppError('unauthorized', 'UNAUTHORIZED', 'no'), 'json-rpc');
    const role = await answerTo(new AppError('unauthorized', 'FORBIDDEN', 'no'), 'json-rpc');
    const page = await answerTo(new AppError('unauthorized', 'FORBIDDEN', 'no'), 'page');

    expect(missing.headers['WWW-Authenticate']).toBe(CHALLENGE);
    expect(role.headers['WWW-Authenticate']).toMatch(/^Bearer .+error="insufficient_scope"/);
    expect(page.headers).not.toHaveProperty('WWW-Authenticate');
  });
});

describe('mcpErrors as OAuth', () => {
  it.each([
    ['invalid', 'INVALID_REQUEST', 400, 'invalid_request'],
    ['invalid', 'INVALID_GRANT', 400, 'invalid_grant'],
    ['unauthorized', 'INVALID_GRANT', 400, 'invalid_grant'],
    ['unauthorized', 'INVALID_REFRESH_TOKEN', 400, 'invalid_grant'],
    ['unauthorized', 'INVALID_AUTHORIZATION_CODE', 400, 'invalid_grant'],
    ['unauthorized', 'INVALID_CLIENT', 401, 'invalid_client'],
    ['invalid', 'INVALID_TARGET', 400, 'invalid_target'],
    ['invalid', 'UNSUPPORTED_GRANT_TYPE', 400, 'unsupported_grant_type'],
    ['invalid', 'PAYLOAD_TOO_LARGE', 413, 'invalid_request'],
    ['unavailable', 'SERVICE_UNAVAILABLE', 503, 'temporarily_unavailable'],
  ] as const)(
    'answers %s %s with %i %s, which nobody stores',
    async (kind, code, status, shown) => {
      const answer = await answerTo(new AppError(kind, code, 'what is wrong'), 'oauth');

      expect(answer.status).toBe(status);
      expect(JSON.parse(answer.text)).toEqual({
        error: shown,
        error_description: expect.any(String),
      });
      expect(answer.headers['Cache-Control']).toBe('no-store');
    },
  );
});

describe('mcpErrors as a page', () => {
  it('shows the reason as text, never as markup', async () => {
    const { headers, text } = await answerTo(
      new AppError('invalid', 'INVALID_REQUEST', '<script>alert(1)</script>'),
      'page',
    );

    expect(headers['Content-Type']).toBe('text/html; charset=utf-8');
    expect(headers['Content-Security-Policy']).toMatch(
      /style-src 'sha256-.*frame-ancestors 'none'/,
    );
    expect(text).not.toContain('<script>');
  });

  it.each([
    [new TypeError('bug'), 'something went wrong on our side.'],
    [new AppError('unavailable', 'CONFIG_UNAVAILABLE', 'no'), 'try again later.'],
  ])('says in whole sentences what happened and what to do: %s', async (error, ending) => {
    const { text } = await answerTo(error, 'page');

    expect(text).toContain('<p>The assistant could not be connected: ');
    expect(text).toContain(ending);
    expect(text).toContain('start again in the assistant.');
  });
});

describe('mcpErrors in every format', () => {
  it.each(['json-rpc', 'oauth', 'page'] as const)(
    'says nothing about a bug as %s, and logs it once as an error',
    async (format) => {
      const { status, text } = await answerTo(new TypeError('secret-table'), format);

      expect(status).toBe(500);
      expect(text).not.toContain('secret-table');
      expect(lines.map((line) => (JSON.parse(line) as { level: string }).level)).toEqual(['error']);
    },
  );

  it.each(['json-rpc', 'oauth', 'page'] as const)(
    'says nothing about a store that fails as %s',
    async (format) => {
      const { status, text } = await answerTo(
        new AppError('unavailable', 'STORE_UNAVAILABLE', 'secret-table'),
        format,
      );

      expect(status).toBe(503);
      expect(text).not.toContain('secret-table');
    },
  );

  it('rounds the time to wait up to whole seconds', async () => {
    const { headers } = await answerTo(
      new AppError('unavailable', 'RATE_LIMIT_EXCEEDED', 'slow down', { retryAfterMs: 1_001 }),
      'json-rpc',
    );

    expect(headers['Retry-After']).toBe('2');
  });
});
