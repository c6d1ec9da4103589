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

/** One request to a route. What it is asked to do may be nonsense: who asks comes first. */
const request = ({ method, path }: Pick<ApiRoute, 'method' | 'path'>, headers = {}) =>
  api.anonymous({
    method,
    path: path.replace(/\{\w+\}/, 'msg_20260301120000_0000000000000000'),
    headers,
    ...(method === 'POST' || method === 'PUT' ? { body: draft } : {}),
  });

/** Whether an answer let the caller in, whatever came of it then. */
const isIn = ({ status }: JsonResponse) => status !== 401 && status !== 403 && status < 500;

describe.each(guarded)('$method $path', (route) => {
  it('answers 401 without a token, says how to come in, and looks at nothing (F62)', async () => {
    const { status, headers, body } = await request(route);

    expect(status).toBe(401);
    expect(body.error?.code).toBe('UNAUTHORIZED');
    expect(headers['WWW-Authenticate']).toBe('Bearer realm="rez-agent"');
    expect(api.dynamo.operations).toEqual([]);
  });

  it('answers 401 to everything that is no token of the pool, and looks at nothing (F60, F61)', async () => {
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

  it('answers 401 to a token that has expired, and says that it has', async () => {
    const token = api.pool.token({ groups: ['admin'], claims: { exp: 1_000_000 } });

    const { status, headers, body } = await request(route, bearer(token));

    expect(status).toBe(401);
    expect(body.error?.message).toBe('the access token has expired');
    expect(headers['WWW-Authenticate']).toContain('error="invalid_token"');
  });

  it.each([[], ['viewer'], ['operator'], ['admin'], ['viewer', 'operator'], ['Admin', 'root']])(
    'lets the groups %j in exactly when its role says so (F62)',
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

describe('who is asked', () => {
  it.each([
    { method: 'GET', path: '/api/health', status: 200 },
    { method: 'OPTIONS', path: '/api/messages', status: 204 },
    { method: 'GET', path: '/nowhere', status: 404 },
    { method: 'PUT', path: '/api/messages', status: 405 },
  ])('nobody, for $method $path', async ({ method, path, status }) => {
    expect((await api.anonymous({ method, path })).status).toBe(status);
    const headers = { Authorization: 'Bearer nonsense' };
    expect((await api.request({ method, path, headers })).status).toBe(status);
  });

  it.each(['true', '', 'TRUE', '1'])('a viewer, for a health check with deep=%j', async (deep) => {
    const health = (headers = {}) =>
      api.anonymous({ path: '/api/health', query: { deep }, headers });

    expect((await health()).status).toBe(401);
    expect((await health(api.as('ada'))).status).toBe(403);
    expect(isIn(await health(api.as('ada', 'viewer')))).toBe(true);
  });

  it('nobody, for a health check that is not deep', async () => {
    const answer = await api.anonymous({ path: '/api/health', query: { deep: 'false' } });

    expect(answer.status).toBe(200);
  });

  it('a viewer, when one of two parameters asks for depth', () => {
    const health = routes.find(({ id }) => id === 'getHealth');

    expect(roleOf(health, new URLSearchParams('deep=false&deep=true'))).toBe('viewer');
    expect(roleOf(health, new URLSearchParams('DEEP=true'))).toBe('public');
  });

  it('nobody who could be let in by a role that is none: such a route is closed', async () => {
    const { jwtAuth } = await import('#middleware/jwt-auth.ts');
    const verifyToken = async () => ({
      outcome: 'verified' as const,
      identity: { username: 'ada', sub: 's', roles: ROLES, expires_at: '' },
    });

    for (const role of ['Public', 'owner', '', undefined]) {
      const { before } = jwtAuth({ verifyToken, roleOf: () => role as 'public' });
      const asked = async () => before?.({ context: {}, event: { headers: {} } } as never);
      await expect(asked()).rejects.toMatchObject({ code: 'FORBIDDEN' });
    }
  });
});

describe('callers', () => {
  it('are named by their username in what they make', async () => {
    const { status, body } = await api.request({
      method: 'POST',
      path: '/api/messages',
      body: draft,
      headers: api.as('ada@home', 'operator'),
    });

    expect([status, body.created_by]).toEqual([201, 'user:ada@home']);
  });

  it('cannot be somebody else by what the gateway, a header or the body says (F62)', async () => {
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

  it('get 503 and not 401 while no key of the pool was ever there', async () => {
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

  it('leave no token in the log, good or bad (F66)', async () => {
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
  it('has something to protect', () => {
    expect(guarded.length).toBeGreaterThan(2);
  });

  it('leads each method of a path to one operation', () => {
    const names = API_ROUTES.map(({ method, path }) => `${method} ${path}`);

    expect(new Set(names).size).toBe(names.length);
  });
});

describe('requests side by side', () => {
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

  it('share nothing: user, correlation, text and errors stay with their own (F20)', async () => {
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

  it('end with nothing under way: every call that a request began has settled (F19)', async () => {
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
