import type { Page, Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MINUTE_MS } from '#lib/platform/clock.ts';
import { type Dashboard, openDashboard } from './support/dashboard.ts';
import { aFailedMessage } from './support/seed.ts';

const ENDED_WITHIN_MS = 30_000;

const one = aFailedMessage(Date.now() - MINUTE_MS);
/** No other test has messages with this code. */
const group = [2, 3].map((minutes) =>
  aFailedMessage(Date.now() - minutes * MINUTE_MS, { error_code: 'HOPS_EXCEEDED' }),
);
const GROUP = 'HOPS_EXCEEDED, manual';

describe('a change from the dashboard', () => {
  let dashboard: Dashboard;

  beforeAll(async () => {
    dashboard = await openDashboard();
    await dashboard.seed.messages([one, ...group]);
  });
  afterAll(() => dashboard.close());

  const giveReason = async (page: Page, reason: string, action: string) => {
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: /^Reason/ }).fill(reason);
    await dialog.getByRole('button', { name: action, exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
  };

  it('creates a message once, however often it is sent, and another one when it is asked to', async () => {
    const operator = await dashboard.signedIn('operator');
    const page = await operator.open('/new?type=manual');
    const shownRun = () => new URL(page.url()).searchParams.get('sent');
    await page
      .getByRole('textbox', { name: /^Message/ })
      .first()
      .fill(`Sent by a test at ${Date.now()}`);

    await page.getByRole('button', { name: 'Send', exact: true }).click();
    const ended = page.locator('.run-facts').getByText('completed');
    await ended.waitFor({ timeout: ENDED_WITHIN_MS });
    const first = shownRun();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText('Nothing was created twice.').waitFor();
    const repeated = shownRun();
    await page.getByRole('button', { name: 'Send another one' }).click();
    await expect.poll(shownRun).not.toBe(first);

    expect(first).toMatch(/^msg_/);
    expect(repeated).toBe(first);
    await page.close();
    expect(operator.guard.take()).toEqual([]);
  });

  it('does not take the viewer away from another page when the response comes late', async () => {
    const operator = await dashboard.signedIn('operator');
    const page = await operator.open('/new?type=manual');
    const message = page.getByRole('textbox', { name: /^Message/ }).first();
    await message.fill(`Sent late by a test at ${Date.now()}`);
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route('**/api/messages', async (route) => {
      if (route.request().method() === 'POST') await released;
      await route.continue();
    });

    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByRole('link', { name: 'Flags' }).click();
    await page.getByRole('heading', { level: 1, name: 'Flags' }).waitFor();
    release();
    await page.getByText('Sent.', { exact: true }).waitFor();

    expect(page.url()).toBe(`${dashboard.url}/flags`);
    expect(await page.getByRole('heading', { level: 1, name: 'Flags' }).count()).toBe(1);
    await page.close();
    expect(operator.guard.take()).toEqual([]);
  });

  it('redrives a failed message with a reason, and shows how it ends', async () => {
    const operator = await dashboard.signedIn('operator');
    const page = await operator.open(`/messages/${one.id}`);

    await page.getByRole('button', { name: 'Redrive …' }).click();
    await giveReason(page, 'the cause is repaired', 'Redrive');
    await page.locator('.run-facts').getByText('completed').waitFor({ timeout: ENDED_WITHIN_MS });

    expect(await page.getByText('the cause is repaired').count()).toBe(1);
    expect(await page.getByRole('button', { name: 'Redrive …' }).count()).toBe(0);
    await page.close();
    expect(operator.guard.take()).toEqual([]);
  });

  it('redrives a group of failed messages, which then is gone', async () => {
    const operator = await dashboard.signedIn('operator');
    const page = await operator.open('/failed');
    const sent: string[] = [];
    page.on('request', (request: Request) => {
      if (request.method() === 'POST') sent.push(new URL(request.url()).pathname);
    });

    await page.getByRole('button', { name: `Redrive all …: ${GROUP}` }).click();
    await giveReason(page, 'the loop is repaired', 'Redrive');
    await page.getByText('2 messages of 2 redriven.').waitFor();
    await page.getByRole('region', { name: GROUP, exact: true }).waitFor({ state: 'detached' });

    expect(sent.sort()).toEqual(group.map(({ id }) => `/api/messages/${id}/redrive`).sort());
    await page.close();
    expect(operator.guard.take()).toEqual([]);
  });

  it('notes the reason at a flag', async () => {
    const admin = await dashboard.signedIn('admin');
    const page = await admin.open('/flags');
    const reason = `Checked by a test at ${Date.now()}`;

    await page.getByRole('button', { name: 'Change the note of notifications' }).click();
    await page.getByRole('button', { name: 'Change the note', exact: true }).click();
    await page.getByText('Give a reason.').waitFor();
    await giveReason(page, reason, 'Change the note');
    await page.getByRole('region', { name: 'notifications' }).getByText(reason).waitFor();

    await page.close();
    await dashboard.scene.setFlag('notifications', 'on');
    expect(admin.guard.take()).toEqual([]);
  });
});
