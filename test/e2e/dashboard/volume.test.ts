import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { type Dashboard, openDashboard, VIEWPORTS, type Viewer } from './support/dashboard.ts';
import { breakApi } from './support/faults.ts';
import { FAILED_REQUEST } from './support/guard.ts';
import { overflowOf } from './support/layout.ts';
import { loadMore, visitRows, waitForMessages } from './support/rows.ts';
import { aFailedMessage, anEndedMessage, aPausedSchedule } from './support/seed.ts';

const MESSAGES = 5_000;
const SCHEDULES = 60;
/** The rows that a list begins with. */
const FIRST = 50;
/** The rows that "Load more" adds. */
const MORE = 100;
const NEXT_POLL_MS = 6_000;

describe('five thousand messages and sixty schedules', () => {
  let dashboard: Dashboard;
  let viewer: Viewer;

  beforeAll(async () => {
    dashboard = await openDashboard();
    const { seed } = dashboard;
    const beforeMs = Date.now() - MINUTE_MS;
    await seed.messages(
      Array.from({ length: MESSAGES }, (_, n) =>
        (n % 10 === 0 ? aFailedMessage : anEndedMessage)(beforeMs - n * SECOND_MS, {
          payload: { message: `Message ${n}` },
        }),
      ),
    );
    await seed.schedules(
      Array.from({ length: SCHEDULES }, (_, n) =>
        aPausedSchedule(`e2e-volume-${String(n).padStart(2, '0')}`),
      ),
    );
    viewer = await dashboard.signedIn('operator');
  });
  afterAll(() => dashboard.close());

  /** The address of the first row in the document. Rows far from the window are not in it. */
  const firstLink = (page: Page): Promise<unknown> =>
    page.evaluate(`document.querySelector('main tbody th a')?.href`);

  it('are listed page by page, and new messages wait for a click', async () => {
    const { seed } = dashboard;
    const page = await viewer.context.newPage();
    await page.clock.install();
    await page.goto('/messages');
    await waitForMessages(page, FIRST);

    for (const more of [1, 2, 3]) {
      await loadMore(page, FIRST + more * MORE);
    }
    const { links } = await visitRows(page);
    expect(links.size).toBe(FIRST + 3 * MORE);
    const [first] = links;
    await page.evaluate('scrollTo(0, 0)');
    await expect.poll(() => firstLink(page)).toBe(first);
    const nowMs = Date.now();
    await seed.messages(
      [1, 2, 3].map((n) => anEndedMessage(nowMs, { payload: { message: `New ${n}` } })),
    );
    await page.clock.fastForward(NEXT_POLL_MS);
    const bar = page.getByRole('button', { name: 'Show 3 new messages' });
    await bar.waitFor();
    expect(await firstLink(page)).toBe(first);
    await waitForMessages(page, FIRST + 3 * MORE);
    await bar.click();
    await page.getByRole('link', { name: 'New 2' }).waitFor();

    expect(await overflowOf(page)).toBe(0);
    await page.close();
    expect(viewer.guard.take()).toEqual([]);
  });

  it('say so when a further page cannot be loaded, and keep the rows', async () => {
    const page = await viewer.open('/messages?status=failed');
    await waitForMessages(page, FIRST);
    const repair = await breakApi(page, 'fails');

    await page.getByRole('button', { name: 'Load more' }).click();
    await page.getByText('Loading more messages failed.').waitFor();
    await waitForMessages(page, FIRST);
    await repair();
    await page.getByRole('button', { name: 'Load more' }).click();
    await waitForMessages(page, FIRST + MORE);

    await page.close();
    expect(viewer.guard.take(FAILED_REQUEST)).toEqual([]);
  });

  it.each(['/', '/messages', '/failed', '/schedules'])(
    'fit on %s, on a phone and on a desk',
    async (path) => {
      const page = await viewer.open(path);
      const widths: Record<string, number> = {};

      for (const [name, size] of Object.entries(VIEWPORTS)) {
        await page.setViewportSize(size);
        widths[name] = await overflowOf(page);
      }

      expect(widths).toEqual({ phone: 0, desk: 0 });
      await page.close();
      expect(viewer.guard.take()).toEqual([]);
    },
  );
});
