import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { API_ROUTES, type ApiRoute, roleOf } from '#handlers/web-api/routes.ts';
import { allows, ROLES } from '#lib/identity/roles.ts';
import { hostileTokens } from '#test/support/hostile-tokens.ts';
import { type Api, type JsonResponse, loadApi, MESSAGES } from './api.ts';

let api: Api;
beforeEach(async () => {
  api = await loadApi({ LOG_LEVEL: 'warn' });
});
afterEach(() => api.close());

const draft = { message_type: 'hello_world', payload: {} };
const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
const routes: readonly ApiRoute[] = API_ROUTES;
const guarded = routes.filter(({ role }) => role !== 'public');

/** A request to a route. Its input can be invalid, because the caller is checked first. */
const request = ({ method, path }: Pick<ApiRoute, 'method' | 'path'>, headers = {}) =>
  api.anonymous({
    method,
    path: path.replace(/\{\w+\}/g, 'msg_20260301120000_0000000000000000'),
    headers,
    ...(method === 'POST' || method === 'PUT' ? { body: draft } : {}),
  });

/** Whether the caller was accepted, independent of the result. */
const isIn = ({ status }: JsonResponse) => status !== 401 && status !== 403 && status < 500;

describe.each(guarded)('$method $path', (route) => {
  it('returns 401 and WWW-Authenticate without a token, and reads nothing (F62)', async () => {
    const { status, headers, body } = await request(route);

    expect(status).toBe(401);
    expect(body.error?.code).toBe('UNAUTHORIZED');
    expect(headers['WWW-Authenticate']).toBe('Bearer realm="rez-agent"');
    expect(api.dynamo.operations).toEqual([]);
  });

  it('returns 401 for a token that the user pool did not issue, and reads nothing (F60, F61)', async () => {
    const answers = new Map<string, string>();
    for (const { name, authorization } of hostileTokens(api.pool)) {
      const { status, headers } = await request(route, { Authorization: authorization });
      answers.set(name, `${status} ${headers['WWW-Authenticate']}`);
    }

    expect(answers.size).toBeGreaterThan(100);
    expect(new Set(answers.values())).toEqual(
      new Set([
        '401 Bearer realm="rez-agent", error="invalid_token", error_description="the access token is not valid"',
      ]),
    );
    expect(api.dynamo.operations).toEqual([]);
  });

  it('returns 401 for an expired token, and names the reason', async () => {
    const token = api.pool.token({ groups: ['admin'], claims: { exp: 1_000_000 } });

    const { status, headers, body } = await request(route, bearer(token));

    expect(status).toBe(401);
    expect(body.error?.message).toBe('the access token has expired');
    expect(headers['WWW-Authenticate']).toContain('error="invalid_token"');
  });

  it.each([[], ['viewer'], ['operator'], ['admin'], ['viewer', 'operator'], ['Admin', 'root']])(
    'accepts a user of the groups %j only if they include its role (F62)',
    async (...groups) => {
      const roles = ROLES.filter((role) => groups.flat().includes(role));
      const may = allows(roles, route.role as Exclude<ApiRoute['role'], 'public'>);

      const answer = await request(route, api.as('ada', ...groups.flat()));

      expect({ isIn: isIn(answer), code: may ? undefined : answer.body.error?.code }).toEqual({
        isIn: may,
        code: may ? undefined : 'FORBIDDEN',
      });
    },
  );
});

describe('the role that a request requires', () => {
  it.each([
    { method: 'GET', path: '/api/health', status: 200 },
    { method: 'OPTIONS', path: '/api/messages', status: 204 },
    { method: 'GET', path: '/nowhere', status: 404 },
    { method: 'PUT', path: '/api/messages', status: 405 },
  ])('is public for $method $path', async ({ method, path, status }) => {
    expect((await api.anonymous({ method, path })).status).toBe(status);
    const headers = { Authorization: 'Bearer nonsense' };
    expect((await api.request({ method, path, headers })).status).toBe(status);
  });

  it.each(['true', '', 'TRUE', '1'])('is viewer for a health check with deep=%j', async (deep) => {
    const health = (headers = {}) =>
      api.anonymous({ path: '/api/health', query: { deep }, headers });

    expect((await health()).status).toBe(401);
    expect((await health(api.as('ada'))).status).toBe(403);
    expect(isIn(await health(api.as('ada', 'viewer')))).toBe(true);
  });

  it('is public for a health check without deep', async () => {
    const answer = await api.anonymous({ path: '/api/health', query: { deep: 'false' } });

    expect(answer.status).toBe(200);
  });

  it('is viewer if one of two deep parameters is true', () => {
    const health = routes.find(({ id }) => id === 'getHealth');

    expect(roleOf(health, new URLSearchParams('deep=false&deep=true'))).toBe('viewer');
    expect(roleOf(health, new URLSearchParams('DEEP=true'))).toBe('public');
  });

  it('rejects every caller if the role of the route does not exist', async () => {
    const { jwtAuth } = await import('#middleware/jwt-auth.ts');
    const verifyToken = async () => ({
      outcome: 'verified' as const,
      identity: { username: 'ada', sub: 's', roles: ROLES, expires_at: '' },
    });

    for (const role of ['Public', 'owner', '', undefined]) {
      const { before } = jwtAuth({ verifyToken, roleOf: () => role as 'public' });
      const authorize = async () => before?.({ context: {}, event: { headers: {} } } as never);
      await expect(authorize()).rejects.toMatchObject({ code: 'FORBIDDEN' });
    }
  });
});

describe('a caller', () => {
  it('is recorded by username in a new message', async () => {
    const { status, body } = await api.request({
      method: 'POST',
      path: '/api/messages',
      body: draft,
      headers: api.as('ada@home', 'operator'),
    });

    expect([status, body.created_by]).toEqual([201, 'user:ada@home']);
  });

  it('cannot act as another user with gateway fields, a header or the body (F62)', async () => {
    const { httpEvent } = await import('#test/support/events.ts');
    const event = httpEvent({
      method: 'POST',
      path: '/api/messages',
      body: draft,
      userArn: 'arn:aws:iam::000000000000:user/eve',
      headers: { ...api.as('ada', 'viewer'), 'X-Forwarded-User': 'eve', Role: 'admin' },
    });
    const authorizer = { lambda: { username: 'eve', roles: 'admin' } };
    Object.assign(event.requestContext, { authorizer });

    expect(await api.raw(event)).toMatchObject({ statusCode: 403 });
  });

  it('gets 503, not 401, if no key of the user pool was ever read', async () => {
    api.keys.failWith('error');
    const { status, body } = await api
      .request({ path: '/api/messages', headers: api.as('ada', 'viewer') })
      .finally(() => api.keys.failWith(undefined));

    expect([status, body.error?.code]).toEqual([503, 'SERVICE_UNAVAILABLE']);
  });

  it.each([[], ['viewer']])(
    'are named in the one line of what they may not do, with the groups %j that are roles',
    async (...groups) => {
      const roles = groups.flat();
      await request({ method: 'POST', path: '/api/messages' }, api.as('ada@home', ...roles));

      expect(api.lines).toHaveLength(1);
      expect(api.lines[0]).toMatchObject({
        msg: 'request refused',
        code: 'FORBIDDEN',
        caller: 'user:ada@home',
        required_role: 'operator',
        roles,
      });
    },
  );

  it('leaves no token in the log, whether valid or not (F66)', async () => {
    const good = api.pool.token({ groups: ['viewer'] });
    const write = vi.spyOn(process.stderr, 'write');
    await api.request({ path: '/api/messages', headers: bearer(good) });
    await api.request({ path: '/api/messages', headers: bearer(`${good}x`) });
    await api.request({ method: 'POST', path: '/api/messages', headers: bearer(good) });

    expect(api.lines.length).toBeGreaterThan(0);
    for (const part of good.split('.')) expect(JSON.stringify(api.lines)).not.toContain(part);
    expect(write).not.toHaveBeenCalled();
  });
});

describe('the route table', () => {
  it('has routes that are not public', () => {
    expect(guarded.length).toBeGreaterThan(2);
  });

  it('has one operation per method and path', () => {
    const names = API_ROUTES.map(({ method, path }) => `${method} ${path}`);

    expect(new Set(names).size).toBe(names.length);
  });
});

describe('concurrent requests', () => {
  const USERS = ['ada', 'bob', 'eve'];
  const postAs = (user: string) =>
    api.request(
      {
        method: 'POST',
        path: '/api/messages',
        body: { message_type: 'manual', payload: { message: `from ${user}` } },
        headers: { 'X-Correlation-ID': `run-${user}`, ...api.as(user, 'operator') },
      },
      `request-${user}`,
    );

  it('do not share users, correlation ids, texts or errors (F20)', async () => {
    api.wire.decide(({ n }) => (n % 2 === 0 ? { kind: 'hang', at: 'after' } : undefined));
    const posting = Promise.all(USERS.map(postAs));
    const refused = await api.anonymous({ path: '/api/messages', query: { limit: '0' } });
    api.wire.decide(undefined);
    const thawing = setInterval(() => api.wire.thaw(), 1);
    const answers = await posting.finally(() => clearInterval(thawing));

    expect(refused.status).toBe(401);
    expect(refused.headers).not.toHaveProperty('Location');
    for (const [index, user] of USERS.entries()) {
      expect(answers[index]).toMatchObject({
        status: 201,
        headers: { 'X-Correlation-ID': `run-${user}` },
        body: { created_by: `user:${user}`, payload: { message: `from ${user}` } },
      });
      expect(answers[index]?.headers).not.toHaveProperty('WWW-Authenticate');
    }
    const rows = api.dynamo.rows(MESSAGES).map((row) => [row.created_by, row.correlation_id]);
    expect(rows.sort()).toEqual(USERS.map((user) => [`user:${user}`, `run-${user}`]));
  });

  it('end after every call that they started has settled (F19)', async () => {
    let underWay = 0;
    const call = api.wire.call;
    api.wire.call = async (...all: Parameters<typeof call>) => {
      underWay += 1;
      try {
        return (await call(...all)) as never;
      } finally {
        underWay -= 1;
      }
    };
    const timersBefore = process.getActiveResourcesInfo().filter((name) => name === 'Timeout');
    const seen: number[] = [];

    for (const request of [
      () => postAs('ada'),
      () => api.request({ path: '/api/messages', headers: api.as('ada', 'viewer') }),
      () =>
        api.request({
          path: '/api/health',
          query: { deep: 'true' },
          headers: api.as('ada', 'viewer'),
        }),
      () => api.request({ path: '/nowhere' }),
    ]) {
      await request();
      seen.push(underWay);
    }

    const timers = process.getActiveResourcesInfo().filter((name) => name === 'Timeout');
    expect(seen).toEqual([0, 0, 0, 0]);
    expect(api.wire.calls().length).toBeGreaterThan(4);
    expect(timers.length).toBeLessThanOrEqual(timersBefore.length);
  });
});
