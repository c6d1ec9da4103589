import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MINUTE_MS } from '#lib/platform/clock.ts';
import { type Dashboard, openDashboard, type Viewer } from './support/dashboard.ts';
import { breakApi, CORRELATION_ID, FAILURE_TEXT } from './support/faults.ts';
import { FAILED_REQUEST } from './support/guard.ts';
import { type PageCase, pagesWith } from './support/pages.ts';
import {
  aConfirmedEffect,
  aFailedMessage,
  anEndedMessage,
  aPausedSchedule,
  aWaitingApproval,
} from './support/seed.ts';

const message = anEndedMessage(Date.now() - 2 * MINUTE_MS);
const failed = aFailedMessage(Date.now() - 3 * MINUTE_MS);
const schedule = aPausedSchedule('e2e-pages');
const approval = aWaitingApproval();
const effect = aConfirmedEffect();
const PAGES = pagesWith({
  messageId: message.id,
  scheduleId: schedule.id,
  approvalId: approval.id,
  effectId: effect.effect_id,
});

/** Longer than a page that changes by itself waits between two reads. Milliseconds. */
const NEXT_POLL_MS = 6_000;
const SKELETON_AFTER_MS = 300;

describe('the states of a page', () => {
  let dashboard: Dashboard;
  let viewer: Viewer;

  beforeAll(async () => {
    dashboard = await openDashboard();
    // The approvals of earlier files would match a filter that should match none.
    const { rows } = dashboard.scene;
    for (const { id } of await rows.all('approvals')) await rows.remove('approvals', { id });
    await dashboard.seed.messages([message, failed]);
    await dashboard.seed.schedules([schedule]);
    await dashboard.seed.approvals([approval]);
    await dashboard.seed.effects([effect]);
    viewer = await dashboard.signedIn('admin');
  });
  afterAll(() => dashboard.close());

  /** A tab whose scripts note when a skeleton's box and its skeleton appeared. */
  const newTab = async () => {
    const page = await viewer.context.newPage();
    await page.addInitScript(NOTE_SKELETONS);
    return page;
  };
  const reading = PAGES.filter(({ readsData }) => readsData);

  it.each(reading)('$path shows a skeleton while it waits, but not at once', async ({ path }) => {
    const page = await newTab();
    const repair = await breakApi(page, 'hangs');

    await page.goto(path);
    await page.locator('.skeleton').first().waitFor();
    const { boxMs, skeletonMs } = (await page.evaluate('noted')) as Record<string, number>;
    await repair();

    expect((skeletonMs ?? 0) - (boxMs ?? 0)).toBeGreaterThanOrEqual(SKELETON_AFTER_MS - 5);
    await page.close();
    expect(viewer.guard.take(FAILED_REQUEST)).toEqual([]);
  });

  it.each(reading)('$path says why it failed, and tries again', async ({ path, heading }) => {
    const page = await newTab();
    const repair = await breakApi(page, 'fails');

    await page.goto(path);
    await page.getByText(CORRELATION_ID).first().waitFor();
    expect(await page.getByRole('alert').first().innerText()).toContain(FAILURE_TEXT);
    await repair();
    await retryAll(page);
    await page.getByRole('heading', { level: 1, name: heading }).waitFor();

    expect(await page.locator('.skeleton').count()).toBe(0);
    await page.close();
    expect(viewer.guard.take(FAILED_REQUEST)).toEqual([]);
  });

  it.each(reading)('$path says that the platform cannot be reached', async ({ path }) => {
    const page = await newTab();
    const repair = await breakApi(page, 'is unreachable');

    await page.goto(path);
    await page.getByText('You are offline, or the platform does not answer.').first().waitFor();
    await repair();
    await retryAll(page);

    await page.close();
    expect(viewer.guard.take(FAILED_REQUEST)).toEqual([]);
  });

  /** The headings and values of a page, without the times that go on. */
  const shownIn = async (page: Page): Promise<string[]> =>
    (await page.locator('main :is(h2, th, dt, dd)').allInnerTexts()).filter(
      (text) => !/ ago|^in |now|second| min/.test(text),
    );

  it.each(reading.filter(({ isLive }) => isLive))(
    '$path keeps what it shows while it is offline, with its age',
    async ({ path, heading }) => {
      const page = await newTab();
      await page.clock.install();
      await page.goto(path);
      await page.getByRole('heading', { level: 1, name: heading }).waitFor();
      await page.locator('.skeleton-box').first().waitFor({ state: 'detached' });
      const before = await shownIn(page);

      const repair = await breakApi(page, 'is unreachable');
      await page.clock.fastForward(NEXT_POLL_MS);
      await page
        .getByText(/This is the state of/)
        .first()
        .waitFor();
      const during = await shownIn(page);
      const notice = page.getByText(/This is the state of/).first();
      const age = await notice.textContent();
      await repair();
      await retryAll(page);

      expect(before.length).toBeGreaterThan(0);
      expect(during).toEqual(before);
      expect(age).toMatch(/seconds? ago|now/);
      await page
        .getByText(/This is the state of/)
        .first()
        .waitFor({ state: 'detached' });
      await page.close();
      expect(viewer.guard.take(FAILED_REQUEST)).toEqual([]);
    },
  );

  it.each(PAGES.flatMap((one) => (one.empty === undefined ? [] : [{ ...one, empty: one.empty }])))(
    '$path says that there is nothing yet',
    async ({ path, empty }) => {
      const page = await newTab();
      await breakApi(page, 'is empty');

      await page.goto(path);
      await page.getByText(empty).first().waitFor();

      expect(await page.getByRole('alert').count()).toBe(0);
      await page.close();
      expect(viewer.guard.take()).toEqual([]);
    },
  );

  it.each(PAGES.flatMap(({ noMatch }) => noMatch ?? []))(
    '$path says that nothing matches, and removes the filters',
    async ({ path, text }) => {
      const page = await viewer.open(path);

      await page.getByText(text).waitFor();
      await page.getByRole('button', { name: /Remove the filters/ }).click();
      await page.getByText(text).waitFor({ state: 'detached' });

      expect(new URL(page.url()).search).toBe('');
      await page.close();
      expect(viewer.guard.take()).toEqual([]);
    },
  );

  it('is the same after a link, a reload, and back and forward', async () => {
    const page = await viewer.open('/');
    const shows = ({ heading }: PageCase) =>
      page.getByRole('heading', { level: 1, name: heading }).waitFor();
    const linked = PAGES.filter(({ path }) => /^\/\w*$/.test(path) && path !== '/styleguide');
    for (const one of linked) {
      await page.locator(`nav a[href="${one.path}"]`).last().click();
      await shows(one);
      expect(await page.locator('nav a[aria-current="page"]').getAttribute('href')).toBe(one.path);
    }
    for (const one of linked.toReversed().slice(1)) {
      await page.goBack();
      await shows(one);
    }
    for (const one of linked.slice(1)) {
      await page.goForward();
      await shows(one);
    }
    await page.close();
    for (const one of PAGES) {
      const deep = await viewer.open(one.path);
      await deep.getByRole('heading', { level: 1, name: one.heading }).waitFor();
      await deep.reload();
      await deep.getByRole('heading', { level: 1, name: one.heading }).waitFor();
      expect(await deep.title()).toMatch(/ · rez-agent$/);
      await deep.close();
    }

    expect(viewer.guard.take()).toEqual([]);
  });

  it('of a list follows its filters back and forward', async () => {
    const page = await viewer.open('/messages');
    const status = page.getByLabel('Status');
    const type = page.getByLabel('Type');
    const values = async () => [await status.inputValue(), await type.inputValue()];
    await status.selectOption('failed');
    await page.waitForURL('**/messages?status=failed');
    await type.selectOption('notify');
    await page.waitForURL('**/messages?status=failed&message_type=notify');

    await page.goBack();
    await page.waitForURL('**/messages?status=failed');
    expect(await values()).toEqual(['failed', '']);
    await page.goForward();
    await page.waitForURL('**/messages?status=failed&message_type=notify');
    expect(await values()).toEqual(['failed', 'notify']);
    await page.reload();
    await status.waitFor();
    expect(await values()).toEqual(['failed', 'notify']);
    await page.close();
    expect(viewer.guard.take()).toEqual([]);
  });

  it('that does not exist says so', async () => {
    const page = await viewer.context.newPage();

    const response = await page.goto('/nothing-here');
    await page.getByRole('heading', { level: 1, name: 'There is no such page' }).waitFor();

    expect(response?.status()).toBe(404);
    await page.close();
    expect(viewer.guard.take(FAILED_REQUEST)).toEqual([]);
  });
});

/** Clicks every button that tries again, until none is left. */
const retryAll = async (page: Page) => {
  const buttons = page.getByRole('button', { name: 'Try again' });
  await expect
    .poll(
      async () => {
        if ((await buttons.count()) > 0) await buttons.first().click({ timeout: 1_000 });
        return buttons.count();
      },
      { timeout: 15_000 },
    )
    .toBe(0);
};

const NOTE_SKELETONS = `
  window.noted = {};
  new MutationObserver(() => {
    if (document.querySelector('.skeleton-box')) noted.boxMs ??= performance.now();
    if (document.querySelector('.skeleton')) noted.skeletonMs ??= performance.now();
  }).observe(document, { childList: true, subtree: true });`;
