import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { installBrowser, ORIGIN } from './browser.ts';

let browser: ReturnType<typeof installBrowser>;
beforeEach(() => {
  vi.resetModules();
  browser = installBrowser(({ path }) => {
    if (path === '/api/auth/callback') return [200, { access_token: 'token' }];
    return [200, { username: 'anna', roles: [] }];
  });
});
afterEach(() => vi.unstubAllGlobals());

const begin = (returnTo: string) =>
  browser.sessionStorage.setItem(
    'sign-in',
    JSON.stringify({ verifier: 'verifier', state: 'state', returnTo }),
  );
const complete = async (parameters: string) => {
  const { completeSignIn } = await import('#handlers/web/app/session/sign-in.ts');
  return completeSignIn(new URLSearchParams(parameters));
};

describe('completeSignIn', () => {
  it('sends the code with the verifier of this tab, and returns to the requested page', async () => {
    begin('/messages?status=failed');

    const returnTo = await complete('code=code&state=state');

    expect(returnTo).toBe('/messages?status=failed');
    expect(browser.sent[0]).toEqual({
      path: '/api/auth/callback',
      body: { code: 'code', redirect_uri: `${ORIGIN}/callback`, code_verifier: 'verifier' },
    });
  });

  it.each([
    '//other.example/x',
    '/\\other.example',
    'https://other.example/',
    '/\t/other.example',
    '//',
  ])('returns to no other place: %s', async (address) => {
    begin(address);

    expect(await complete('code=code&state=state')).toBe('/');
  });

  it.each(['code=code&state=other', 'code=code', 'state=state', 'error=denied&state=state'])(
    'sends nothing for an answer that does not belong to the sign-in: %s',
    async (parameters) => {
      begin('/');

      await expect(complete(parameters)).rejects.toThrow('does not belong to a sign-in');
      expect(browser.sent).toEqual([]);
    },
  );

  it('accepts an answer once', async () => {
    begin('/');
    await complete('code=code&state=state');

    await expect(complete('code=code&state=state')).rejects.toThrow('does not belong to a sign-in');
  });
});
