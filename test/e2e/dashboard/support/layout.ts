import type { Page } from 'playwright-core';

/** The part of the page that is wider than the window. Pixels; 0 when there is nothing to scroll sideways. */
export const overflowOf = (page: Page): Promise<number> =>
  page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  ) as Promise<number>;

/** The elements that reach furthest beyond the right edge, outside of parts that scroll by themselves. */
export const tooWide = (page: Page): Promise<string[]> =>
  page.evaluate(TOO_WIDE) as Promise<string[]>;

const TOO_WIDE = `[...document.querySelectorAll('body *')]
  .filter((element) => !element.closest('.scroll, pre, .visually-hidden'))
  .filter((element) => element.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .slice(0, 5)
  .map((element) => element.outerHTML.slice(0, 120))`;
