import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { vi } from 'vitest';
import type { Message } from '#lib/messages/message.ts';
import { env } from '#lib/platform/env.ts';
import { installDynamo } from '#test/support/dynamodb.ts';
import { type HttpEventInput, httpEvent, lambdaContext } from '#test/support/events.ts';
import { identityProvider, serveKeys } from '#test/support/identity.ts';
import { skipSleeps } from '#test/support/skip-sleeps.ts';
import { installSns } from '#test/support/sns.ts';
import { installSsm } from '#test/support/ssm.ts';
import { createWire } from '#test/support/wire.ts';

export const MESSAGES = env('MESSAGES_TABLE');
export const IDEMPOTENCY = env('IDEMPOTENCY_TABLE');
export const ORIGIN = 'https://app.example';

/** The revision without sessions, and those with a handshake. */
export const MODERN = '2026-07-28';
export const LEGACY = ['2025-11-25', '2025-06-18', '2025-03-26'] as const;

/** The user pool, with the client of MCP. */
export const identities = identityProvider();

export interface RpcAnswer {
  jsonrpc: string;
  id: string | number | null;
  result?: Record<string, unknown>;
  error?: {
    code: number;
    message: string;
    data?: { problems?: { path: string; problem: string }[] };
  };
}

export interface McpAnswer {
  status: number;
  headers: Record<string, string>;
  text: string;
  /** The parsed body. */
  body: RpcAnswer;
}

/** Two keys, as the parameter `oauth-key` holds them. */
export const OAUTH_KEY = [1, 2].map((n) => Buffer.alloc(32, n).toString('base64')).join(',');

/** Loads the whole function, as Lambda does, with an AWS in memory and a local user pool. */
export const loadMcp = async (environment: Record<string, string> = {}) => {
  vi.resetModules();
  vi.stubEnv('ALLOWED_ORIGINS', ORIGIN);
  const keys = await serveKeys(identities);
  vi.stubEnv('JWKS_URL', keys.url);
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  vi.stubEnv('LOCAL_ORIGINS', [keys.origin, environment.LOCAL_ORIGINS ?? []].flat().join(','));
  const { documentClient } = await import('#lib/data/table.ts');
  const { snsClient } = await import('#lib/bus/topics.ts');
  const wire = createWire();
  const dynamo = installDynamo(documentClient, { wire });
  const sns = installSns(snsClient, { wire });
  const ssm = installSsm({ 'oauth-key': OAUTH_KEY, 'flags/manual-messages': 'on' });
  const lines: Record<string, unknown>[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    const text = String(chunk);
    if (text.startsWith('{')) lines.push(JSON.parse(text) as Record<string, unknown>);
    return true;
  });
  const { handler } = await import('#handlers/mcp/index.ts');
  const { systemClock } = await import('#lib/platform/clock.ts');
  const time = skipSleeps(systemClock);

  const raw = (input: HttpEventInput, remainingMs = 30_000) => {
    const event = httpEvent(input) as APIGatewayProxyEventV2;
    return handler(event as never, lambdaContext({ remainingMs }) as never);
  };

  const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
  const as = (username: string, ...groups: string[]) =>
    bearer(identities.token({ username, groups, claims: { sub: `sub-${username}` } }));

  const post = async (
    body: unknown,
    headers: Record<string, string> = {},
    remainingMs?: number,
  ): Promise<McpAnswer> => {
    const {
      statusCode = 0,
      headers: answered = {},
      body: text = '',
    } = await raw(
      {
        ...{ method: 'POST', path: '/mcp', body },
        headers: { 'Content-Type': 'application/json', ...as('ada', 'operator'), ...headers },
      },
      remainingMs,
    );
    return {
      status: statusCode,
      headers: answered as Record<string, string>,
      text,
      body: (text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : {}) as RpcAnswer,
    };
  };

  /** A request of the revision 2026-07-28. */
  const ask = (
    method: string,
    params: Record<string, unknown> = {},
    headers: Record<string, string> = {},
  ) =>
    post(modernRequest(method, params), {
      ...modernHeaders(method, params),
      ...headers,
    });

  const messages = () => dynamo.rows<Message>(MESSAGES);

  /** Changes the newest message as soon as the call waits for it. */
  const onceRead = (fields: object) =>
    wire.decide(({ name }) => {
      const row = messages().at(-1);
      if (name === 'dynamodb:GetItem' && row !== undefined) {
        dynamo.put(MESSAGES, { ...row, ...fields });
      }
      return undefined;
    });

  return {
    ...{
      keys,
      dynamo,
      sns,
      ssm,
      wire,
      lines,
      time,
      raw,
      post,
      ask,
      as,
      bearer,
      messages,
      onceRead,
    },
    call: (name: string, given: object = {}, headers: Record<string, string> = {}) =>
      ask('tools/call', { name, arguments: given }, headers),
  };
};

let requests = 0;

export const modernRequest = (method: string, params: Record<string, unknown> = {}) => {
  requests += 1;
  return {
    jsonrpc: '2.0',
    id: requests,
    method,
    params: {
      ...params,
      _meta: {
        'io.modelcontextprotocol/protocolVersion': MODERN,
        'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
        'io.modelcontextprotocol/clientCapabilities': {},
      },
    },
  };
};

export const modernHeaders = (method: string, params: Record<string, unknown> = {}) => ({
  'MCP-Protocol-Version': MODERN,
  'Mcp-Method': method,
  ...(typeof params.name === 'string' ? { 'Mcp-Name': params.name } : {}),
});

export type LoadedMcp = Awaited<ReturnType<typeof loadMcp>>;
