import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import { useKeptFocus } from './use-kept-focus.ts';

/** The address of the heading that was shown last; `undefined` while the first page of the tab loads. */
let shown: { path: string; search: string } | undefined;

/**
 * Moves the focus to the heading of a page that the viewer opened, so that a keyboard and a screen reader continue there.
 * The first page of the tab leaves the focus to the browser, and another view of the same page takes it only when the element
 * that had it is gone.
 */
export const useHeadingFocus = (heading: RefObject<HTMLElement | null>, title: string): void => {
  useLayoutEffect(() => {
    const { pathname: path, search } = location;
    const isOtherPage = shown !== undefined && shown.path !== path;
    const isOtherView = shown !== undefined && shown.search !== search;
    shown = { path, search };
    const isLost = document.activeElement === document.body;
    // The browser and the router scroll when the page changes.
    if (isOtherPage || (isOtherView && isLost))
      heading.current?.focus({ preventScroll: isOtherPage });
  }, [title]);
  // The heading of a page that was loading is replaced.
  useKeptFocus(heading);
};
