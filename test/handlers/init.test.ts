import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { requiredVariables } from '#lib/platform/env.ts';
import { callsOf } from '#test/support/iam/call.ts';
import { identityProvider } from '#test/support/identity.ts';
import { writtenSite } from '#test/support/site.ts';
import { environmentOf, functions } from '#test/support/terraform.ts';

const KEYS = '/jwks.json';

/** AWS, the user pool and ntfy on one port. It answers every read, and records the requests of INIT. */
const startWorld = async () => {
  const requested = new Set<string>();
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request;
    const body = await text(request);
    const isSigned = headers.authorization !== undefined;
    const calls = isSigned ? callsOf({ method, path: url, headers, body }) : [];
    for (const { action } of calls) requested.add(action);
    if (!isSigned) requested.add(`${method} ${url}`);
    response.end(answerTo(url, body));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const answerTo = (url: string, body: string) => {
    if (url === KEYS) return JSON.stringify(identityProvider().jwks());
    const { Names = [] } = body.startsWith('{') ? (JSON.parse(body) as { Names?: string[] }) : {};
    const parameterOf = (name: string) => (name.endsWith('/ntfy-url') ? `${origin}/topic` : 'none');
    if (body.startsWith('Action=')) return '<GetTopicAttributesResponse/>';
    return JSON.stringify({
      Parameters: Names.map((Name) => ({ Name, Value: parameterOf(Name) })),
    });
  };
  return { origin, requested };
};

/** The requests of INIT. A function that is not listed only checks the table of messages. */
const READS: Readonly<Record<string, readonly string[]>> = {
  authorizer: [`GET ${KEYS}`],
  mcp: [`GET ${KEYS}`, 'dynamodb:GetItem', 'ssm:GetParameters'],
  notification: ['GET /v1/health', 'dynamodb:GetItem', 'ssm:GetParameters'],
  processor: ['dynamodb:GetItem', 'sns:GetTopicAttributes'],
  scheduler: ['dynamodb:GetItem', 'sns:GetTopicAttributes'],
  sweeper: ['dynamodb:GetItem', 'sqs:GetQueueAttributes', 'ssm:GetParameters'],
  // It has everything in its package.
  web: [],
  'web-action': ['dynamodb:GetItem', 'ssm:GetParameters'],
  'web-api': [`GET ${KEYS}`, 'dynamodb:GetItem', 'sns:GetTopicAttributes', 'ssm:GetParameters'],
};

const readsOf = (name: string) => (READS[name] ?? ['dynamodb:GetItem']).toSorted();

const start = async (name: string): Promise<{ handler: unknown }> =>
  import(resolve(import.meta.dirname, '../../handlers', name, 'index.ts'));

/** The environment in Lambda, at addresses that refuse every connection. */
const refuseConnections = () => {
  vi.stubEnv('AWS_LAMBDA_INITIALIZATION_TYPE', 'on-demand');
  vi.stubEnv('LOG_LEVEL', 'error');
  vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:9');
  vi.stubEnv('LOCAL_ORIGINS', 'http://127.0.0.1:9');
  vi.stubEnv('JWKS_URL', `http://127.0.0.1:9${KEYS}`);
  vi.stubEnv('DEAD_LETTER_QUEUES', 'http://127.0.0.1:9/000000000000/dead');
};

beforeEach(async () => {
  vi.resetModules();
  vi.stubEnv('LAMBDA_TASK_ROOT', (await writtenSite()).folder);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
});

describe('INIT in Lambda', () => {
  it.each(functions())('of %s reads, and writes nothing', async (name) => {
    const { origin, requested } = await startWorld();
    vi.stubEnv('AWS_LAMBDA_INITIALIZATION_TYPE', 'on-demand');
    vi.stubEnv('AWS_ENDPOINT_URL', origin);
    vi.stubEnv('LOCAL_ORIGINS', origin);
    vi.stubEnv('JWKS_URL', `${origin}${KEYS}`);
    vi.stubEnv('DEAD_LETTER_QUEUES', `${origin}/000000000000/dead`);

    await start(name);

    await expect.poll(() => [...requested].toSorted()).toEqual(readsOf(name));
  });

  it.each(functions())('of %s ends when nothing answers', async (name) => {
    refuseConnections();

    const { handler } = await start(name);

    expect(handler).toBeTypeOf('function');
  });

  it.each(functions())('of %s fails for each missing variable, and names it', async (name) => {
    refuseConnections();
    const given = environmentOf(name);
    const required = requiredVariables().flatMap((variable) =>
      given.has(variable.name) ? [variable.name] : [],
    );

    const messages: string[] = [];
    for (const variable of required) {
      vi.resetModules();
      const value = process.env[variable];
      vi.stubEnv(variable, undefined);
      messages.push(await start(name).then(() => 'started', String));
      vi.stubEnv(variable, value);
    }

    expect(messages).toEqual(
      required.map((variable) => `Error: environment variable ${variable} is missing`),
    );
  });
});
