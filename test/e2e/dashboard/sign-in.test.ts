import type { BrowserContext, Page, Request } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { claimsOf } from '#test/e2e/support/people.ts';
import { signingAs } from '#test/e2e/support/pool-key.ts';
import { type Dashboard, openDashboard, signIn, type Viewer } from './support/dashboard.ts';
import { isData } from './support/faults.ts';
import { FAILED_REQUEST } from './support/guard.ts';

const ROLES = ['viewer', 'operator', 'admin'] as const;
const HOUR_S = 3_600;

const isRefresh = (request: Request) => request.url().endsWith('/api/auth/refresh');

const signedOut = (page: Page) => page.getByRole('button', { name: 'Sign in' }).waitFor();
const messages = (page: Page) => page.getByRole('heading', { name: 'Messages' }).waitFor();

describe('a session of the dashboard', () => {
  let dashboard: Dashboard;
  let viewer: Viewer;

  beforeAll(async () => {
    dashboard = await openDashboard();
  });
  afterAll(() => dashboard.close());
  afterEach(() => viewer.context.close());

  const tabAt = async (path: string) => {
    const page = await viewer.context.newPage();
    await page.goto(path);
    return page;
  };

  it.each(ROLES)(
    'begins at the sign-in page for the role %s, returns to the requested page, and ends',
    async (role) => {
      viewer = await dashboard.visitor(role);
      const { context, person } = viewer;
      const page = await tabAt('/messages?status=failed');

      await signIn(page, person);
      await messages(page);

      expect(page.url()).toBe(`${dashboard.url}/messages?status=failed`);
      const shown = await page.locator('.viewer').innerText();
      expect(shown.split(/\n+/).slice(0, 2)).toEqual([person.email, role]);
      const stored = await page.evaluate('JSON.stringify([localStorage, sessionStorage])');
      expect(stored).not.toMatch(/eyJ|token/i);
      expect((await context.cookies()).filter(({ httpOnly }) => !httpOnly)).toEqual([]);

      await page.getByRole('button', { name: 'Sign out' }).click();
      await signedOut(page);
      await page.reload();
      await signedOut(page);

      expect((await context.cookies()).filter(({ name }) => name.includes('refresh'))).toEqual([]);
      expect(viewer.guard.take()).toEqual([]);
    },
  );

  it('does not begin with a password that is wrong, nor with the answer to another sign-in', async () => {
    viewer = await dashboard.visitor('viewer');
    const page = await tabAt('/messages');

    await signIn(page, { ...viewer.person, password: 'wrong' });
    await page.locator('.error').waitFor();
    await page.goto('/callback?code=foreign&state=foreign');
    await page.getByText('The sign-in failed.').waitFor();
    await page.getByRole('link', { name: 'Start again' }).click();

    await signedOut(page);
  });

  it('is continued after a reload and in a second tab, and each tab refreshes in turn', async () => {
    viewer = await dashboard.visitor('operator');
    const { context, person } = viewer;
    const first = await tabAt('/messages');
    await signIn(first, person);
    await messages(first);
    const refreshes = recordRefreshes(context);

    const second = await viewer.open('/messages');
    await Promise.all([first.reload(), second.reload()]);
    await Promise.all([messages(first), messages(second)]);

    expect(refreshes.statuses).toEqual([200, 200, 200]);
    expect(refreshes.mostAtOnce()).toBe(1);
    expect(viewer.guard.take()).toEqual([]);
  });

  it('ends in every tab when the viewer signs out in one', async () => {
    viewer = await dashboard.visitor('viewer');
    const first = await tabAt('/messages');
    await signIn(first, viewer.person);
    await messages(first);
    const second = await viewer.open('/schedules');

    await first.getByRole('button', { name: 'Sign out' }).click();
    await Promise.all([signedOut(first), signedOut(second)]);

    expect(await second.getByText('Your session has ended').count()).toBe(0);
    expect(viewer.guard.take()).toEqual([]);
  });

  /** From now on, the requests for data carry a token that expired, until the page has a new one. */
  const expireToken = async (page: Page) => {
    let expired: string | undefined;
    let before: string | undefined;
    await page.route(isData, async (route) => {
      const headers = route.request().headers();
      before ??= headers.authorization;
      if (headers.authorization !== before) return route.continue();
      expired ??= expiredToken(before ?? '');
      return route.continue({ headers: { ...headers, authorization: `Bearer ${expired}` } });
    });
  };

  it('goes on with a new token when the token expires', async () => {
    viewer = await dashboard.visitor('viewer');
    const page = await tabAt('/messages');
    await signIn(page, viewer.person);
    await messages(page);
    await expireToken(page);
    const refreshes = recordRefreshes(viewer.context);

    await page.getByLabel('Status').selectOption('failed');
    await page.getByLabel('Status').selectOption('completed');
    await expect.poll(() => refreshes.statuses, { timeout: 10_000 }).toEqual([200]);
    await expect.poll(() => page.locator('[aria-busy="true"]').count()).toBe(0);

    await expect.poll(() => refreshes.statuses).toEqual([200]);
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(viewer.guard.take(FAILED_REQUEST)).toEqual([]);
  });

  it('that ended says so, and signing in returns to the same page with its filters', async () => {
    viewer = await dashboard.visitor('viewer');
    const page = await tabAt('/messages');
    await signIn(page, viewer.person);
    await messages(page);
    await expireToken(page);
    await viewer.context.clearCookies({ name: /refresh/ });

    await page.getByLabel('Status').selectOption('failed');
    await page.getByText('Your session has ended.').waitFor();
    await page.unroute(isData);
    await signIn(page, viewer.person);
    await messages(page);

    expect(page.url()).toBe(`${dashboard.url}/messages?status=failed`);
    expect(viewer.guard.take(FAILED_REQUEST)).toEqual([]);
  });
});

/** A token as the pool issued it to the same user two hours ago. */
const expiredToken = (authorization: string): string => {
  const token = authorization.replace('Bearer ', '');
  const { username, 'cognito:groups': groups = [] } = claimsOf(token);
  const nowS = Math.floor(Date.now() / 1_000);
  const times = { auth_time: nowS - 2 * HOUR_S, iat: nowS - 2 * HOUR_S, exp: nowS - HOUR_S };
  return signingAs(token).token({ groups, claims: { username, ...times } });
};

const recordRefreshes = (context: BrowserContext) => {
  const statuses: number[] = [];
  let open = 0;
  let most = 0;
  context.on('request', (request) => {
    if (!isRefresh(request)) return;
    open += 1;
    most = Math.max(most, open);
  });
  context.on('response', (response) => {
    if (!isRefresh(response.request())) return;
    statuses.push(response.status());
    open -= 1;
  });
  return { statuses, mostAtOnce: () => most };
};
