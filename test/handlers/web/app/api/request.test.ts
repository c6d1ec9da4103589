import { afterEach, describe, expect, it, vi } from 'vitest';
import { installBrowser, type Respond } from '#test/handlers/web/app/session/browser.ts';

const LIST = '/api/messages';
const REFRESH = '/api/auth/refresh';
const forbidden = { error: { code: 'FORBIDDEN', message: 'the role operator is needed' } };

/** A page with the token `old`, and what it sent since. */
const signedIn = async (respond: Respond) => {
  vi.resetModules();
  const { sent } = installBrowser((request) =>
    request.path === '/api/me' ? [200, { username: 'anna', roles: [] }] : respond(request),
  );
  const [{ request }, { openSession, session }] = await Promise.all([
    import('#handlers/web/app/api/request.ts'),
    import('#handlers/web/app/session/session.ts'),
  ]);
  await openSession('old');
  sent.splice(0);
  return { request, session, sent };
};

afterEach(() => vi.unstubAllGlobals());

describe('a request with a token', () => {
  it.each([
    { what: '401', answer: [401, { error: { code: 'INVALID_TOKEN' } }] },
    { what: '403 of the gateway', answer: [403, { message: 'Forbidden' }] },
  ] as const)('is repeated once with a new token after a $what', async ({ answer }) => {
    const { request, sent } = await signedIn(({ path, authorization }) => {
      if (path === REFRESH) return [200, { access_token: 'new' }];
      return authorization === 'Bearer new' ? [200, { data: [] }] : answer;
    });

    const { body } = await request('GET', LIST);

    expect(body).toEqual({ data: [] });
    expect(sent.map(({ path, authorization }) => [path, authorization])).toEqual([
      [LIST, 'Bearer old'],
      [REFRESH, undefined],
      [LIST, 'Bearer new'],
    ]);
  });

  it('ends the session when the new token is rejected, too', async () => {
    const { request, session, sent } = await signedIn(({ path }) =>
      path === REFRESH ? [200, { access_token: 'new' }] : [401],
    );

    await expect(request('GET', LIST)).rejects.toMatchObject({ status: 401 });

    expect(session.value).toEqual({ state: 'signed-out', hasEnded: true });
    expect(sent).toHaveLength(3);
  });

  it('is sent once when the role is missing', async () => {
    const { request, session, sent } = await signedIn(() => [403, forbidden]);

    await expect(request('POST', LIST)).rejects.toMatchObject({ code: 'FORBIDDEN' });

    expect(sent).toHaveLength(1);
    expect(session.value.state).toBe('signed-in');
  });

  it('whose response breaks off says that the API cannot be reached', async () => {
    const broken = () => new ReadableStream({ start: (body) => body.error(new Error('reset')) });
    const { request } = await signedIn(() => [200, broken()]);

    await expect(request('GET', LIST)).rejects.toMatchObject({ status: 0, code: 'OFFLINE' });
  });
});
