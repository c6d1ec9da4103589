import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Dashboard, openDashboard, VIEWPORTS, type Viewer } from './support/dashboard.ts';

/** Longer than a page takes to load on a busy machine. Milliseconds. */
const SLOW_MS = 10_000;

describe('the focus', () => {
  let dashboard: Dashboard;
  let viewer: Viewer;

  beforeAll(async () => {
    dashboard = await openDashboard();
    viewer = await dashboard.signedIn('admin');
  });
  afterAll(() => dashboard.close());

  const hasFocus = (locator: Locator) =>
    locator.evaluate((element) => element === element.ownerDocument.activeElement);

  it('goes to the heading of a page that a link opens, and the title of the tab follows', async () => {
    const page = await viewer.open('/');

    for (const name of ['Messages', 'Schedules', 'Flags']) {
      await page.getByRole('navigation').getByRole('link', { name, exact: true }).click();
      await expect
        .poll(() => hasFocus(page.getByRole('heading', { level: 1, name, exact: true })), {
          timeout: SLOW_MS,
        })
        .toBe(true);
      expect(await page.title()).toBe(`${name} · rez-agent`);
    }

    await page.close();
    expect(viewer.guard.take()).toEqual([]);
  });

  it('stays in a dialog that the Enter key refuses, and returns to the button that opened it', async () => {
    const page = await viewer.open('/flags');
    const opener = page.getByRole('button', { name: /^Switch off/ }).first();
    const reason = page.getByLabel('Reason');

    await opener.click();
    await page.getByRole('dialog').waitFor();
    await reason.press('Enter');
    await page.getByText('Give a reason.').waitFor();
    expect(await hasFocus(reason)).toBe(true);
    await page.keyboard.press('Escape');
    await expect.poll(() => hasFocus(opener), { timeout: SLOW_MS }).toBe(true);

    await page.close();
    expect(viewer.guard.take()).toEqual([]);
  });

  it('is in sight after the menu opened on a phone that has scrolled', async () => {
    const page = await viewer.open('/styleguide');
    await page.setViewportSize(VIEWPORTS.phone);
    await page.evaluate('scrollTo(0, 1000)');

    await page.getByRole('button', { name: 'Menu' }).click();
    const box = await page.getByRole('link', { name: 'Overview', exact: true }).boundingBox();

    expect(box?.y).toBeGreaterThan(0);
    expect(box?.y).toBeLessThan(VIEWPORTS.phone.height);
    await page.close();
    expect(viewer.guard.take()).toEqual([]);
  });
});
