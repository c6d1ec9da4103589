import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';

export interface Near {
  /** Whether the element is in the viewport, or about to be. */
  isNear: boolean;
  /** The height of the element when it was last near. Pixels; `undefined` before. */
  heightPx: number | undefined;
}

/** How far outside of the viewport an element counts as near. */
const MARGIN = '800px 0px';

/** Follows whether an element is near the viewport. */
export const useNear = (element: RefObject<Element | null>, isNearAtFirst: boolean): Near => {
  const [near, setNear] = useState<Near>({ isNear: isNearAtFirst, heightPx: undefined });
  useEffect(() => {
    if (element.current === null) return undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        const last = entries.at(-1);
        if (last === undefined) return;
        const { isIntersecting, boundingClientRect } = last;
        setNear((before) => ({
          isNear: isIntersecting,
          heightPx: before.isNear ? boundingClientRect.height : before.heightPx,
        }));
      },
      { rootMargin: MARGIN },
    );
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return near;
};
