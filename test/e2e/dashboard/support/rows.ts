import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Waits until a list says that it shows this many messages. Rows far from the window are not in the document. */
export const waitForMessages = async (page: Page, count: number): Promise<void> => {
  await expect
    .poll(() => page.locator('.list-end').textContent(), { timeout: 20_000 })
    .toContain(`${count} messages shown`);
};

/** Loads pages until a list says that it shows this many messages. A click between two renderings can be lost. */
export const loadMore = async (page: Page, count: number): Promise<void> => {
  const shown = `${count} messages shown`;
  const look = async () => {
    const text = (await page.locator('.list-end').textContent()) ?? '';
    if (!text.includes(shown)) {
      await page
        .getByRole('button', { name: 'Load more' })
        .click({ timeout: 1_000 })
        .catch(() => {});
    }
    return text;
  };
  await expect.poll(look, { timeout: 40_000, interval: 4_000 }).toContain(shown);
};

export interface VisitedRows {
  /** The addresses of all rows. */
  links: ReadonlySet<string>;
  /** The largest part of a screen that was wider than the window. Pixels. */
  overflowPx: number;
}

/** Scrolls through the whole list of messages. */
export const visitRows = async (page: Page): Promise<VisitedRows> => {
  const links = new Set<string>();
  let overflowPx = 0;
  await page.evaluate('scrollTo(0, 0)');
  for (let isEnd = false; !isEnd; ) {
    const screen = (await page.evaluate(NEXT_SCREEN)) as Screen;
    for (const link of screen.links) links.add(link);
    overflowPx = Math.max(overflowPx, screen.overflowPx);
    isEnd = screen.isEnd;
  }
  return { links, overflowPx };
};

interface Screen {
  links: string[];
  overflowPx: number;
  isEnd: boolean;
}

/** Rows appear in the frame after the one that shows their place. */
const NEXT_SCREEN = `(async () => {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  for (let n = 0; n < 4; n += 1) await frame();
  const { scrollWidth, clientWidth, scrollHeight } = document.documentElement;
  const screen = {
    links: [...document.querySelectorAll('main tbody th a')].map(({ href }) => href),
    overflowPx: scrollWidth - clientWidth,
    isEnd: scrollY + innerHeight >= scrollHeight - 2,
  };
  scrollBy(0, innerHeight);
  return screen;
})()`;
