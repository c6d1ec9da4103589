import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MINUTE_MS } from '#lib/platform/clock.ts';
import { type Dashboard, openDashboard, signIn, type Viewer } from './support/dashboard.ts';
import { isData } from './support/faults.ts';
import { FAILED_REQUEST } from './support/guard.ts';
import { pagesWith } from './support/pages.ts';
import {
  aConfirmedEffect,
  aFailedMessage,
  aPausedSchedule,
  aWaitingApproval,
} from './support/seed.ts';

const failed = aFailedMessage(Date.now() - MINUTE_MS);
const schedule = aPausedSchedule('e2e-pages');
const approval = aWaitingApproval();
const effect = aConfirmedEffect();

/** What only an operator or an admin may do. */
const CHANGES =
  /New message|New schedule|Redrive|Send|Create|Edit|Pause|Resume|Run now|Delete|Switch|Change|Approve|Deny|happen|undone/;
/** More tab stops than any form has. */
const MOST_STOPS = 80;

describe('what a person can do on the dashboard', () => {
  let dashboard: Dashboard;

  beforeAll(async () => {
    dashboard = await openDashboard();
    await dashboard.seed.messages([failed]);
    await dashboard.seed.schedules([schedule]);
    await dashboard.seed.approvals([approval]);
    await dashboard.seed.effects([effect]);
  });
  afterAll(() => dashboard.close());

  const changes = async (page: Page) => {
    await expect.poll(() => page.locator('.skeleton-box').count(), { timeout: 15_000 }).toBe(0);
    const buttons = page.locator('main').getByRole('button').or(page.locator('main a.button'));
    return (await buttons.allInnerTexts()).filter((text) => CHANGES.test(text));
  };

  it('depends on the role: a viewer sees no control that changes something', async () => {
    const [viewer, admin] = await Promise.all([
      dashboard.signedIn('viewer'),
      dashboard.signedIn('admin'),
    ]);
    const pages = pagesWith({
      messageId: failed.id,
      scheduleId: schedule.id,
      approvalId: approval.id,
      effectId: effect.effect_id,
    });
    const offered = async (person: Viewer, path: string) => {
      const page = await person.open(path);
      const found = await changes(page);
      await page.close();
      return found.map((text) => `${path}: ${text}`);
    };

    const forViewer: string[] = [];
    for (const { path } of pages.filter((one) => one.path !== '/styleguide'))
      forViewer.push(...(await offered(viewer, path)));
    const forAdmin: string[] = [];
    const changing = [
      ...[`/messages/${failed.id}`, `/schedules/${schedule.id}`, '/flags'],
      ...[`/approvals/${approval.id}`, `/effects/${effect.effect_id}`],
    ];
    for (const path of changing) forAdmin.push(...(await offered(admin, path)));

    expect(forViewer).toEqual([]);
    expect(forAdmin.length).toBeGreaterThan(8);
    expect(viewer.guard.take()).toEqual([]);
    expect(admin.guard.take()).toEqual([]);
  });

  it('includes going on with a form after the session ended', async () => {
    const operator = await dashboard.visitor('operator');
    const page = await operator.context.newPage();
    await page.goto('/new?type=manual');
    await signIn(page, operator.person);
    const message = page.getByRole('textbox', { name: /^Message/ }).first();
    await message.fill('Typed before the session ended');
    await operator.context.clearCookies({ name: /refresh/ });
    const expired = { error: { code: 'UNAUTHORIZED', message: 'the token has expired' } };
    await page.route(isData, (route) => route.fulfill({ status: 401, json: expired }));

    await page.locator('form button[type="submit"]').click();
    await page.getByText('Your session has ended.').waitFor();
    await page.unroute(isData);
    await signIn(page, operator.person);
    await message.waitFor();

    expect(await message.inputValue()).toBe('Typed before the session ended');
    expect(page.url()).toBe(`${dashboard.url}/new?type=manual`);
    expect(operator.guard.take(FAILED_REQUEST)).toEqual([]);
    await operator.context.close();
  });

  it('needs no mouse: a schedule is created with the keyboard alone', async () => {
    const operator = await dashboard.signedIn('operator');
    const page = await operator.open('/schedules');
    const name = `e2e-keyboard-${Date.now()}`;

    await tabTo(page, 'element.matches(\'main a[href="/schedules?new=1"]\')');
    await page.keyboard.press('Enter');
    await page.getByRole('textbox', { name: /^Name/ }).waitFor();
    await tabTo(page, labelled('Name'));
    await page.keyboard.type(name);
    await tabTo(page, labelled('Message or action'));
    await page.keyboard.type('manual');
    await tabTo(page, `${labelled('Message')} && !element.matches('select')`);
    await page.keyboard.type('Made with the keyboard');
    await tabTo(page, 'element.matches(\'button[type="submit"]\')');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name }).waitFor();

    const id = new URL(page.url()).pathname.replace('/schedules/', '');
    await page.close();
    const { headers } = await dashboard.scene.signedIn('admin');
    await fetch(`${dashboard.url}/api/schedules/${id}`, { method: 'DELETE', headers });
    expect(operator.guard.take()).toEqual([]);
  });
});

/** Presses Tab until an element with the focus matches. */
const tabTo = async (page: Page, matches: string) => {
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    await page.keyboard.press('Tab');
    const found = await page.evaluate(`((element) => ${matches})(document.activeElement)`);
    if (found) return;
  }
  throw new Error(`no tab stop matches ${matches}`);
};

const labelled = (label: string) =>
  `[...(element.labels ?? [])].some((one) => one.textContent.startsWith(${JSON.stringify(label)}))`;
