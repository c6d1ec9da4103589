import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOUR_MS, iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { type Dashboard, openDashboard, type Viewer } from './support/dashboard.ts';
import { aFailedMessage, aPausedSchedule } from './support/seed.ts';

interface Counts {
  total: number;
  by_status: { completed: number; failed: number };
}

describe('the overview', () => {
  let dashboard: Dashboard;
  let viewer: Viewer;

  beforeAll(async () => {
    dashboard = await openDashboard();
    await dashboard.seed.messages(
      [1, 2].map((minutes) => aFailedMessage(Date.now() - minutes * MINUTE_MS)),
    );
    await dashboard.seed.schedules([aPausedSchedule('e2e-overview')]);
    viewer = await dashboard.signedIn('operator');
  });
  afterAll(() => dashboard.close());

  const figure = async (page: Page, name: string) => {
    const text = await page.locator('.figures > div', { hasText: name }).locator('dd').innerText();
    return Number(text.replaceAll(',', ''));
  };
  const counts = async (): Promise<Counts> =>
    (await dashboard.scene.api<Counts>('/api/metrics?time_range=24')).body;

  it('shows the figures of the API, also after another message', async () => {
    const { scene } = dashboard;
    const page = await viewer.open('/?hours=24');
    const matches = async () => {
      const { total, by_status } = await counts();
      return (
        (await figure(page, 'Created')) === total &&
        (await figure(page, 'Completed')) === by_status.completed &&
        (await figure(page, 'Failed')) === by_status.failed
      );
    };
    await expect.poll(matches, { timeout: 30_000 }).toBe(true);
    const before = await figure(page, 'Created');

    await scene.api('/api/messages', { message_type: 'hello_world', payload: {} });

    // The message and the push that it becomes.
    await expect
      .poll(() => figure(page, 'Created'), { timeout: 30_000 })
      .toBeGreaterThanOrEqual(before + 2);
    await expect.poll(matches, { timeout: 30_000 }).toBe(true);
    await page.close();
    expect(viewer.guard.take()).toEqual([]);
  });

  it('says that messages failed, and leads to them', async () => {
    const page = await viewer.open('/');

    await page.getByText(/messages failed in the last 24 hours/).waitFor();
    await page.getByRole('link', { name: 'Open failed messages' }).click();

    await page.getByRole('heading', { level: 1, name: /Failed/ }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/failed');
    await page.close();
    expect(viewer.guard.take()).toEqual([]);
  });

  it('shows every fire of the coming day', async () => {
    const nextHourMs = Math.ceil((Date.now() + MINUTE_MS) / HOUR_MS) * HOUR_MS;
    const hourly = {
      ...aPausedSchedule('e2e-hourly', { schedule_expression: 'cron(0 * * * ? *)' }),
      status: 'active',
      health: 'up',
      next_fire_at: iso(nextHourMs),
    };
    const page = await viewer.context.newPage();
    await page.route('**/api/schedules?*', (route) => {
      const isActive = route.request().url().includes('status=active');
      const data = isActive ? [hourly] : [];
      const pagination = { limit: 100, cursor: null, has_more: false };
      return route.fulfill({ json: { data, pagination, count: data.length } });
    });
    await page.goto('/');

    await page.getByRole('img', { name: /^Time line .* with 2[34] fires$/ }).waitFor();
    await page.getByText(/ · 2[23] more/).waitFor();

    await page.close();
    expect(viewer.guard.take()).toEqual([]);
  });
});
