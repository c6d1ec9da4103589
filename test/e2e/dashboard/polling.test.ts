import type { Page, Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Dashboard, openDashboard, type Viewer } from './support/dashboard.ts';
import { breakApi, isData } from './support/faults.ts';
import { FAILED_REQUEST } from './support/guard.ts';

const POLL_MS = 5_000;

describe('a page that changes by itself', () => {
  let dashboard: Dashboard;
  let viewer: Viewer;

  beforeAll(async () => {
    dashboard = await openDashboard();
    viewer = await dashboard.signedIn('viewer');
  });
  afterAll(() => dashboard.close());

  /** A tab with a clock that tests move, whose requests for data are counted. */
  const openCounted = async (path: string) => {
    const page = await viewer.context.newPage();
    await page.addInitScript(HIDEABLE);
    await page.clock.install();
    const requests: string[] = [];
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (isData(url)) requests.push(url.pathname);
    });
    await page.goto(path);
    await expect.poll(() => requests.length).toBeGreaterThan(0);
    await settled(page);
    return { page, requests };
  };

  it.each(['/', '/messages', '/failed', '/schedules'])(
    'reads %s again every five seconds, and never while it is hidden',
    async (path) => {
      const { page, requests } = await openCounted(path);
      const count = requests.length;

      await page.clock.fastForward(POLL_MS + 100);
      await expect.poll(() => requests.length).toBeGreaterThan(count);
      await settled(page);
      const shown = requests.length;
      await hide(page, true);
      for (let n = 0; n < 5; n += 1) await page.clock.fastForward(2 * POLL_MS);
      expect(requests.length).toBe(shown);
      await hide(page, false);
      await expect.poll(() => requests.length).toBeGreaterThan(shown);

      await page.close();
      expect(viewer.guard.take()).toEqual([]);
    },
  );

  it.each(['/', '/messages', '/failed', '/schedules'])(
    'has at most one request for each list of %s in flight',
    async (path) => {
      const { page, requests } = await openCounted(path);
      const before = requests.length;
      const mostAtOnce = countInFlight(page);
      const repair = await breakApi(page, 'hangs');

      for (let n = 0; n < 10; n += 1) await page.clock.fastForward(POLL_MS);

      expect(requests.length).toBeGreaterThan(before);
      expect(mostAtOnce()).toBe(1);
      await repair();
      await page.close();
      expect(viewer.guard.take(FAILED_REQUEST)).toEqual([]);
    },
  );
});

/** The largest number of requests to one address that were in flight together, from now on. */
const countInFlight = (page: Page) => {
  const open = new Map<string, number>();
  let most = 0;
  const add = (request: Request, count: number) => {
    const now = (open.get(request.url()) ?? 0) + count;
    open.set(request.url(), now);
    most = Math.max(most, now);
  };
  page.on('request', (request) => add(request, 1));
  page.on('requestfinished', (request) => add(request, -1));
  page.on('requestfailed', (request) => add(request, -1));
  return () => most;
};

/** A browser without windows never hides a page. */
const HIDEABLE = `
  window.isHidden = false;
  Object.defineProperty(document, 'visibilityState', { get: () => isHidden ? 'hidden' : 'visible' });`;

const hide = (page: Page, isHidden: boolean) =>
  page.evaluate(`isHidden = ${isHidden}; document.dispatchEvent(new Event('visibilitychange'))`);

/** Waits until the page has shown the responses. */
const settled = async (page: Page) => {
  await page.waitForLoadState('networkidle');
};
