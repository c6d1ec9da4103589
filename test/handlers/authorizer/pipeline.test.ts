import type { APIGatewayRequestAuthorizerEventV2 } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Decision } from '#handlers/authorizer/authorize.ts';
import { httpEvent, lambdaContext } from '#test/support/events.ts';
import { hostileTokens } from '#test/support/hostile-tokens.ts';
import { identityProvider, serveKeys, strangersKey } from '#test/support/identity.ts';
import { invoke } from '#test/support/lambda.ts';
import { heldLimits } from '#test/support/limits.ts';

/** A request that the gateway sends to its authorizer, in payload format 2.0. */
const authorizerEvent = (authorization?: string): APIGatewayRequestAuthorizerEventV2 => {
  const { requestContext, rawPath, rawQueryString, headers } = httpEvent({
    path: '/api/messages',
    headers: { 'X-Correlation-ID': 'run-1', ...(authorization ? { authorization } : {}) },
  });
  return {
    version: '2.0',
    type: 'REQUEST',
    routeArn: 'arn:aws:execute-api:us-east-1:000000000000:api-1/$default/GET/api/messages',
    identitySource: authorization === undefined ? [] : [authorization],
    routeKey: 'GET /api/messages',
    rawPath,
    rawQueryString,
    cookies: [],
    headers,
    requestContext,
  };
};

const pool = identityProvider();
let keys: Awaited<ReturnType<typeof serveKeys>>;
let lines: Record<string, unknown>[];
let ask: (authorization?: string) => Promise<Decision>;

/** The function as Lambda loads it, with a key set on this machine. */
const load = async () => {
  vi.resetModules();
  const { handler } = await import('#handlers/authorizer/index.ts');
  ask = (authorization) => invoke(handler, authorizerEvent(authorization), lambdaContext());
};

beforeEach(async () => {
  keys = await serveKeys(pool);
  vi.stubEnv('LOG_LEVEL', 'warn');
  vi.stubEnv('JWKS_URL', keys.url);
  vi.stubEnv('LOCAL_ORIGINS', `http://127.0.0.1:9,${keys.origin}`);
  lines = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    if (String(chunk).startsWith('{')) lines.push(JSON.parse(String(chunk)));
    return true;
  });
  await load();
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await keys.close();
});

describe('the authorizer', () => {
  it('lets a user of the pool pass with any role, and returns the user', async () => {
    const token = pool.token({ username: 'ada', groups: ['operator', 'viewer'] });

    expect(await ask(`Bearer ${token}`)).toEqual({
      isAuthorized: true,
      context: { username: 'ada', roles: 'viewer,operator' },
    });
    expect(await ask(`Bearer ${pool.token()}`)).toMatchObject({ isAuthorized: true });
    expect(lines).toEqual([]);
  });

  it('lets an expired token of the pool pass with that reason', async () => {
    const expired = pool.token({ groups: ['admin'], claims: { exp: 1_000_000 } });

    expect(await ask(`Bearer ${expired}`)).toEqual({
      isAuthorized: true,
      context: { reason: 'expired' },
    });
  });

  it('refuses an invalid token, with one line that contains no part of it (F60, F66)', async () => {
    for (const { authorization, outcome } of hostileTokens(pool)) {
      lines.length = 0;
      expect(await ask(authorization)).toEqual({ isAuthorized: false, context: {} });
      expect(lines).toMatchObject([
        { level: 'warn', msg: 'token refused', outcome, correlation_id: 'run-1' },
      ]);
      const longest = Math.max(...Object.values(lines[0] ?? {}).map((value) => `${value}`.length));
      expect(longest).toBeLessThan(30);
    }
  });

  it('lets a token of a key that may be new pass with that reason, so that the gateway caches no refusal', async () => {
    await ask(`Bearer ${pool.token()}`);
    const key = strangersKey('key-9');

    expect(await ask(`Bearer ${pool.token({ key })}`)).toEqual({
      isAuthorized: true,
      context: { reason: 'undecided' },
    });
    expect(keys.requests()).toBe(1);
  });

  it('refuses a request without a token', async () => {
    expect(await ask()).toEqual({ isAuthorized: false, context: {} });
  });

  it('fails while it has no key, with one line, and lets no request pass', async () => {
    keys.failWith('error');
    await load();

    await expect(ask(`Bearer ${pool.token()}`)).rejects.toMatchObject({ code: 'KEYS_UNAVAILABLE' });

    expect(lines.map(({ msg }) => msg)).toEqual(['key set not refreshed', 'authorization failed']);
  });

  it('has fetched the keys before its first request in Lambda', async () => {
    vi.stubEnv('AWS_LAMBDA_INITIALIZATION_TYPE', 'on-demand');
    await load();

    expect(keys.requests()).toBe(1);
    await ask(`Bearer ${pool.token()}`);
    expect(keys.requests()).toBe(1);
  });

  it.each(['error', 'silent'] as const)(
    'starts within two seconds while the pool is "%s"',
    async (fault) => {
      vi.stubEnv('AWS_LAMBDA_INITIALIZATION_TYPE', 'on-demand');
      keys.failWith(fault);
      const limits = heldLimits();
      const starting = load();
      await expect.poll(keys.requests).toBe(1);

      limits.end();
      await starting;

      expect(limits.askedMs.reduce((sum, ms) => sum + ms)).toBeLessThanOrEqual(2_000);
    },
  );
});
