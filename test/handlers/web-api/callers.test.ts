import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROUTES } from '#handlers/web-api/routes.ts';
import { httpEvent } from '#test/support/events.ts';
import { type Api, answerOf, loadApi, MESSAGES } from './api.ts';

let api: Api;
beforeEach(async () => {
  api = await loadApi({ API_AUTH: 'iam', LOG_LEVEL: 'warn' });
});
afterEach(() => api.close());

const draft = { message_type: 'hello_world', payload: {} };
const post = (userArn?: string) =>
  api.request({
    method: 'POST',
    path: '/api/messages',
    body: draft,
    ...(userArn === undefined ? {} : { userArn }),
  });

describe('a deployment behind AWS_IAM', () => {
  it.each([
    { userArn: 'arn:aws:iam::000000000000:user/ada', by: 'user:ada' },
    { userArn: 'arn:aws:iam::000000000000:user/teams/home/ada', by: 'user:ada' },
    { userArn: 'arn:aws:sts::000000000000:assumed-role/Operator/ada@home', by: 'user:ada@home' },
    { userArn: 'arn:aws:sts::000000000000:federated-user/ada', by: 'user:ada' },
    { userArn: 'arn:aws:iam::000000000000:root', by: 'user:root' },
  ])('names $userArn as $by', async ({ userArn, by }) => {
    const { status, body } = await post(userArn);

    expect(status).toBe(201);
    expect(body.created_by).toBe(by);
  });

  it.each(
    ROUTES.filter(({ role }) => role !== 'public').map(({ method, path }) => ({
      method,
      path: path.replace('{id}', 'msg_20260301120000_0000000000000000'),
    })),
  )('answers 401 to $method $path without a principal, and looks at nothing (F62)', async (row) => {
    const answer = await api.request({ ...row, body: draft });

    expect(answer.status).toBe(401);
    expect(answer.body.error?.code).toBe('UNAUTHORIZED');
    expect(answer.headers['WWW-Authenticate']).toBe('AWS4-HMAC-SHA256');
    expect(api.dynamo.operations).toEqual([]);
  });

  it.each(['', 'arn:aws:iam::000000000000:user/', undefined, null])(
    'answers 401 to the principal %j, which names nobody',
    async (userArn) => {
      const event = httpEvent({ method: 'POST', path: '/api/messages', body: draft });
      const requestContext = { ...event.requestContext, authorizer: { iam: { userArn } } };

      const { status } = answerOf(await api.raw({ ...event, requestContext }));

      expect(status).toBe(401);
    },
  );

  it.each([
    { method: 'GET', path: '/api/health', status: 200 },
    { method: 'OPTIONS', path: '/api/messages', status: 204 },
    { method: 'GET', path: '/nowhere', status: 404 },
    { method: 'PUT', path: '/api/messages', status: 405 },
  ])('asks nobody who they are for $method $path', async ({ method, path, status }) => {
    expect((await api.request({ method, path })).status).toBe(status);
  });
});

describe('the route table', () => {
  it('has something to protect', () => {
    expect(ROUTES.filter(({ role }) => role !== 'public').length).toBeGreaterThan(2);
  });

  it('leads each method of a path to one operation', () => {
    const names = ROUTES.map(({ method, path }) => `${method} ${path}`);

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
        headers: { 'X-Correlation-ID': `run-${user}` },
        userArn: `arn:aws:iam::000000000000:user/${user}`,
      },
      `request-${user}`,
    );

  it('share nothing: user, correlation, text and errors stay with their own (F20)', async () => {
    api.wire.decide(({ n }) => (n % 2 === 0 ? { kind: 'hang', at: 'after' } : undefined));
    const posting = Promise.all(USERS.map(postAs));
    const refused = await api.request({ path: '/api/messages', query: { limit: '0' } }, 'other');
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
      () => api.request({ path: '/api/messages', userArn: 'arn:aws:iam::0:user/ada' }),
      () => api.request({ path: '/api/health', query: { deep: 'true' } }),
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
