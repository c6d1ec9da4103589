import { relativeTime } from '#handlers/web/app/format/time.ts';
import { nowMs } from '#handlers/web/app/state/now.ts';

/** Says how old the data on the page is. A screen reader does not repeat it while it gets older. */
export const DataAge = ({ atMs }: { atMs: number }) => (
  <span aria-live="off">This is the state of {relativeTime(atMs, nowMs.value)}.</span>
);
