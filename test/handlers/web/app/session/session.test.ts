import { afterEach, describe, expect, it, vi } from 'vitest';
import { installBrowser, type Respond } from './browser.ts';

const anna = { username: 'anna', roles: ['operator'] };

/** The platform with a signed-in viewer, whose name each sign-in can change. */
const platform =
  (me = anna): Respond =>
  ({ path }) => {
    if (path === '/api/auth/logout') return [204];
    if (path === '/api/auth/refresh') return [200, { access_token: 'refreshed' }];
    return [200, me];
  };

/** The modules of a page that was just loaded. */
const load = async () => {
  vi.resetModules();
  const [session, drafts] = await Promise.all([
    import('#handlers/web/app/session/session.ts'),
    import('#handlers/web/app/session/stored-drafts.ts'),
  ]);
  return { ...session, ...drafts };
};

afterEach(() => vi.unstubAllGlobals());

describe('the session', () => {
  it('keeps no token in the storage of the browser', async () => {
    const { localStorage, sessionStorage } = installBrowser(platform());
    const { openSession, accessToken } = await load();

    await openSession('secret');

    expect(accessToken()).toBe('secret');
    for (const storage of [localStorage, sessionStorage]) {
      const names = Array.from({ length: storage.length }, (_, n) => storage.key(n) ?? '');
      expect(names.map(storage.getItem)).not.toContain('secret');
    }
  });

  it('asks no platform to continue a session in a browser without one', async () => {
    const { sent } = installBrowser(platform());
    const { startSession, session } = await load();

    await startSession();

    expect(sent).toEqual([]);
    expect(session.value).toEqual({ state: 'signed-out', hasEnded: false });
  });

  it('refreshes once for all requests that need a token', async () => {
    const { sent } = installBrowser(platform());
    const { refreshToken } = await load();

    await Promise.all([refreshToken(), refreshToken(), refreshToken()]);

    expect(sent.map(({ path }) => path)).toEqual(['/api/auth/refresh']);
  });

  it('signs out after a refresh that is in progress, which would set the cookie again', async () => {
    const order: string[] = [];
    installBrowser(async ({ path }) => {
      order.push(`begin ${path}`);
      await Promise.resolve();
      order.push(`end ${path}`);
      return path === '/api/auth/refresh' ? [200, { access_token: 'late' }] : [204];
    });
    const { refreshToken, signOut, accessToken } = await load();

    await Promise.all([refreshToken(), signOut()]);

    expect(order).toEqual([
      'begin /api/auth/refresh',
      'end /api/auth/refresh',
      'begin /api/auth/logout',
      'end /api/auth/logout',
    ]);
    expect(accessToken()).toBeUndefined();
  });
});

describe('the input of a form', () => {
  it('is there again when the session ended and the same viewer signs in', async () => {
    let hasEnded = false;
    installBrowser((request) =>
      hasEnded && request.path === '/api/auth/refresh' ? [401] : platform()(request),
    );
    const { openSession, storeDraft, findDraft, refreshToken, session } = await load();
    await openSession('first');
    storeDraft('form', 'typed');
    hasEnded = true;

    await refreshToken().catch(() => {});
    expect(session.value).toEqual({ state: 'signed-out', hasEnded: true });
    await openSession('second');

    expect(findDraft('form')).toBe('typed');
  });

  it('is deleted when another viewer signs in', async () => {
    let me = anna;
    installBrowser((request) => platform(me)(request));
    const { openSession, storeDraft, findDraft } = await load();
    await openSession('first');
    storeDraft('form', 'typed');
    me = { username: 'ben', roles: [] };

    await openSession('second');

    expect(findDraft('form')).toBeUndefined();
  });

  it.each(['this tab', 'another tab'])(
    'is deleted when the viewer signs out in %s',
    async (tab) => {
      const { signOutInOtherTab } = installBrowser(platform());
      const { openSession, signOut, storeDraft, findDraft } = await load();
      await openSession('first');
      storeDraft('form', 'typed');
      storeDraft('other form', 'typed');

      if (tab === 'this tab') await signOut();
      else signOutInOtherTab();

      expect([findDraft('form'), findDraft('other form')]).toEqual([undefined, undefined]);
    },
  );
});
