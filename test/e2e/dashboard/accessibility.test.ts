import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MINUTE_MS } from '#lib/platform/clock.ts';
import { axeFindings, loadAxe } from './support/axe.ts';
import {
  type Dashboard,
  openDashboard,
  signIn,
  VIEWPORTS,
  type Viewer,
} from './support/dashboard.ts';
import { overflowOf } from './support/layout.ts';
import { pagesWith } from './support/pages.ts';
import {
  aConfirmedEffect,
  aFailedMessage,
  anEndedMessage,
  aPausedSchedule,
  aWaitingApproval,
} from './support/seed.ts';

const message = anEndedMessage(Date.now() - 2 * MINUTE_MS);
const child = anEndedMessage(Date.now() - MINUTE_MS, {
  parent_id: message.id,
  correlation_id: message.correlation_id,
  hop_count: 1,
});
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
const THEMES = ['light', 'dark'] as const;
/** The tab stops of a page that are looked at. */
const STOPS = 40;
const LOADED_WITHIN_MS = 15_000;

describe('a page with data', () => {
  let dashboard: Dashboard;
  let viewer: Viewer;

  beforeAll(async () => {
    dashboard = await openDashboard();
    await dashboard.seed.messages([message, child, failed]);
    await dashboard.seed.schedules([schedule]);
    await dashboard.seed.approvals([approval]);
    await dashboard.seed.effects([effect]);
    // Axe is evaluated as a string, which the policy of the page forbids.
    viewer = await dashboard.visitor('admin', { bypassCSP: true, reducedMotion: 'reduce' });
    const page = await viewer.context.newPage();
    await page.goto('/');
    await loadAxe(page);
    expect(await axeFindings(page)).toEqual([]);
    await signIn(page, viewer.person);
    await page.locator('.frame').waitFor();
    await page.close();
  });
  afterAll(() => dashboard.close());

  it.each(PAGES)(
    '$path has no finding of axe and fits, in both themes, on a phone and on a desk',
    async ({ path }) => {
      const page = await viewer.open(path);
      await loaded(page);
      await loadAxe(page);
      const findings: string[] = [];

      for (const [name, size] of Object.entries(VIEWPORTS)) {
        await page.setViewportSize(size);
        expect(await overflowOf(page), name).toBe(0);
        for (const colorScheme of THEMES) {
          await page.emulateMedia({ colorScheme });
          const found = await axeFindings(page);
          findings.push(...found.map((finding) => `${name} ${colorScheme} ${finding}`));
        }
      }

      expect(findings).toEqual([]);
      await page.close();
      expect(viewer.guard.take()).toEqual([]);
    },
  );

  it.each(PAGES)('$path shows where the focus is at every tab stop', async ({ path }) => {
    const page = await viewer.open(path);
    await loaded(page);
    const hidden: string[] = [];

    for (let stop = 0; stop < STOPS; stop += 1) {
      await page.keyboard.press('Tab');
      const problem = (await page.evaluate(FOCUS_PROBLEM)) as string | undefined | null;
      if (problem === null) break;
      if (problem !== undefined) hidden.push(problem);
    }

    expect(hidden).toEqual([]);
    await page.close();
    expect(viewer.guard.take()).toEqual([]);
  });

  it('lets a keyboard skip the navigation', async () => {
    const page = await viewer.open('/messages');
    await loaded(page);

    await page.keyboard.press('Tab');
    const skip = page.getByRole('link', { name: 'Skip to the content' });
    expect(await page.evaluate('document.activeElement.textContent')).toBe(
      await skip.textContent(),
    );
    expect((await skip.boundingBox())?.y).toBeGreaterThanOrEqual(0);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');

    const inContent = 'document.querySelector("#content").contains(document.activeElement)';
    expect(await page.evaluate(inContent)).toBe(true);
    await page.close();
  });

  it('keeps the theme that the viewer chose', async () => {
    const page = await viewer.open('/messages');
    const background = 'getComputedStyle(document.body).backgroundColor';
    const light = await page.evaluate(background);

    await page.getByLabel('Theme').selectOption('dark');
    const dark = await page.evaluate(background);
    await page.reload();
    await page.getByLabel('Theme').waitFor();

    expect(dark).not.toBe(light);
    expect(await page.evaluate(background)).toBe(dark);
    await page.getByLabel('Theme').selectOption('system');
    await page.close();
  });
});

/** Waits until nothing on the page is loading. The style guide shows how that looks. */
const loaded = async (page: Page) => {
  if (page.url().endsWith('/styleguide')) return;
  await expect
    .poll(() => page.locator('[aria-busy="true"]').count(), { timeout: LOADED_WITHIN_MS })
    .toBe(0);
};

/** Null behind the last tab stop; a text when nothing shows that the element has the focus, or it is not visible. */
const FOCUS_PROBLEM = `(() => {
  const element = document.activeElement;
  if (element === null || element === document.body) return null;
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
  const { width, height, left, right } = element.getBoundingClientRect();
  const isMarked = (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none';
  // The browser marks the button for the calendar, which is inside of the field.
  if (/^(date|time|month)/.test(element.type)) return undefined;
  const isVisible = width > 0 && height > 0 && right > 0 && left < innerWidth;
  return isMarked && isVisible ? undefined : element.outerHTML.slice(0, 160);
})()`;
