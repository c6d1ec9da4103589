import type { Page } from 'playwright-core';

/** The part of the page that is wider than the window. Pixels; 0 when there is nothing to scroll sideways. */
export const overflowOf = (page: Page): Promise<number> =>
  page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  ) as Promise<number>;

/** The innermost elements that reach beyond the right edge, with the text in them, outside of parts that clip or scroll. */
export const tooWide = (page: Page): Promise<string[]> =>
  page.evaluate(TOO_WIDE) as Promise<string[]>;

const TOO_WIDE = `(() => {
  const { clientWidth } = document.documentElement;
  const clips = (element) => element !== document.body && element !== null &&
    (getComputedStyle(element).overflowX !== 'visible' || clips(element.parentElement));
  const reach = (element) => element.getBoundingClientRect().left + element.scrollWidth;
  const wide = [...document.querySelectorAll('body *')].filter((element) =>
    Math.max(reach(element), element.getBoundingClientRect().right) > clientWidth + 1 &&
    !clips(element.parentElement));
  return wide
    .filter((element) => !wide.some((other) => other !== element && element.contains(other)))
    .slice(0, 5)
    .map((element) => element.outerHTML.slice(0, 200));
})()`;
