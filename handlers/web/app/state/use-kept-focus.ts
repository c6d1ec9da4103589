import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';

/**
 * When the control disappears while it has the focus, such as the button that redrives a message that is redriven now, the focus
 * goes to the control next to it, or else to the heading of the page.
 */
export const useKeptFocus = (control: RefObject<HTMLElement | null>): void => {
  useLayoutEffect(() => {
    const { current } = control;
    return () => {
      if (current === null || current !== document.activeElement) return;
      const group = current.closest('.actions');
      queueMicrotask(() => {
        if (document.activeElement !== document.body) return;
        const next = group?.isConnected ? group.querySelector<HTMLElement>('button, a') : null;
        (next ?? document.querySelector<HTMLElement>('h1'))?.focus({ preventScroll: true });
      });
    };
  }, []);
};
