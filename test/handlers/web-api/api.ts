import { GetTopicAttributesCommand } from '@aws-sdk/client-sns';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { vi } from 'vitest';
import { env } from '#lib/platform/env.ts';
import { contract } from '#test/support/contract.ts';
import { installDynamo } from '#test/support/dynamodb.ts';
import { type HttpEventInput, httpEvent, lambdaContext } from '#test/support/events.ts';
import { identityProvider, serveKeys } from '#test/support/identity.ts';
import { installSecretsManager } from '#test/support/secrets-manager.ts';
import { installSns } from '#test/support/sns.ts';
import { installSqs } from '#test/support/sqs.ts';
import { installSsm } from '#test/support/ssm.ts';
import { createWire } from '#test/support/wire.ts';

export const ORIGIN = 'https://app.example';
export const MESSAGES = env('MESSAGES_TABLE');
export const BREAKERS = env('BREAKERS_TABLE');

export interface JsonResponse {
  status: number;
  headers: Record<string, string>;
  body: Json;
}

/** The JSON body of a response. A missing body is `{}`. */
export interface Json {
  error?: {
    code: string;
    message: string;
    details?: { path: string; problem: string }[];
    correlation_id: string;
  };
  data?: Json[];
  pagination?: { limit: number; cursor: string | null; has_more: boolean; searched_until?: string };
  checks?: Record<string, { status: string; ms: number }>;
  [name: string]: unknown;
}

/** One user pool for all tests, because it takes long to create its key. */
export const identities = identityProvider();

/** The caller of requests without a header `Authorization`. */
const ADMIN = { username: 'local', groups: ['admin'], claims: { exp: 4_000_000_000 } };

/**
 * Loads the whole function, as Lambda does, with an AWS in memory and a local user pool. A request without a header
 * `Authorization` is sent by the administrator `local`. With `outage`, nothing responds while the function starts.
 */
export const loadApi = async (
  environment: Record<string, string> = {},
  { outage = false }: { outage?: boolean } = {},
) => {
  vi.resetModules();
  vi.stubEnv('ALLOWED_ORIGINS', ORIGIN);
  const keys = await serveKeys(identities);
  vi.stubEnv('JWKS_URL', keys.url);
  if (outage) keys.failWith('hang up');
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  vi.stubEnv('LOCAL_ORIGINS', [keys.origin, environment.LOCAL_ORIGINS ?? []].flat().join(','));
  const { documentClient } = await import('#lib/data/table.ts');
  const { snsClient } = await import('#lib/bus/topics.ts');
  const { log } = await import('#lib/platform/log.ts');
  const wire = createWire();
  const dynamo = installDynamo(documentClient, { wire });
  const sns = installSns(snsClient, { wire });
  answerTopicChecks(snsClient);
  const ssm = installSsm({
    'cursor-key': Buffer.alloc(32, 7).toString('base64'),
    'flags/manual-messages': 'on',
  });
  if (outage) {
    ssm.failWith(new Error('down'));
    wire.decide(() => ({ kind: 'fail-before' }));
  }
  const sqs = installSqs();
  const secretsManager = installSecretsManager();
  const lines: Record<string, unknown>[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    const text = String(chunk);
    if (text.startsWith('{')) lines.push(JSON.parse(text) as Record<string, unknown>);
    return true;
  });
  const { handler } = await import('#handlers/web-api/index.ts');

  /** @throws Error for a response that does not match the contract */
  const raw = async (event: unknown, awsRequestId = 'aws-request-1', remainingMs = 30_000) => {
    const context = lambdaContext({ awsRequestId, remainingMs });
    const answer = await handler(event as never, context as never);
    const { method } = (event as APIGatewayProxyEventV2).requestContext.http;
    const { rawPath } = event as APIGatewayProxyEventV2;
    const { statusCode: status = 0, headers = {}, body } = answer;
    const fault = contract.faultOf(method, rawPath, { status, headers, body });
    if (fault !== '') throw new Error(`${method} ${rawPath} breaks the contract: ${fault}`);
    return answer;
  };

  const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
  const admin = bearer(identities.token(ADMIN));

  return {
    pool: identities,
    keys,
    /** The header of the administrator `local`. */
    admin,
    /** The header of a user in these groups. */
    as: (username: string, ...groups: string[]) => bearer(identities.token({ username, groups })),
    dynamo,
    sns,
    sqs,
    secretsManager,
    ssm,
    wire,
    log,
    lines,
    raw,
    request: async (request: HttpEventInput, requestId?: string): Promise<JsonResponse> =>
      jsonResponseOf(
        await raw(httpEvent({ ...request, headers: { ...admin, ...request.headers } }), requestId),
      ),
    /** A request without a token. */
    anonymous: async (request: HttpEventInput): Promise<JsonResponse> =>
      jsonResponseOf(await raw(httpEvent(request))),
    close: () => {
      void keys.close();
      write.mockRestore();
      secretsManager.uninstall();
      sqs.uninstall();
      ssm.uninstall();
      sns.uninstall();
      dynamo.uninstall();
      vi.unstubAllEnvs();
    },
  };
};

export type Api = Awaited<ReturnType<typeof loadApi>>;

export const jsonResponseOf = ({
  statusCode = 0,
  headers = {},
  body,
}: APIGatewayProxyStructuredResultV2): JsonResponse => ({
  status: statusCode,
  headers: headers as Record<string, string>,
  body: body === undefined ? {} : (JSON.parse(body) as Json),
});

const answerTopicChecks = (client: { send: unknown }) => {
  const send = client.send as (...all: unknown[]) => unknown;
  client.send = (command: unknown, ...rest: unknown[]) =>
    command instanceof GetTopicAttributesCommand
      ? Promise.resolve({})
      : send.call(client, command, ...rest);
};
