import { computed } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { exactTime, relativeTime } from '#handlers/web/app/format/time.ts';
import { nowMs } from '#handlers/web/app/state/now.ts';

export interface TimeProps {
  /** ISO 8601. */
  at: string;
  /** Whether the exact date is the text. */
  isExact?: boolean | undefined;
  /** Whether the time is in a link or row that gets the focus instead. */
  isInLink?: boolean | undefined;
}

/** A time relative to now. The exact date in the viewer's zone appears on hover and focus. */
export const Time = ({ at, isExact = false, isInLink = false }: TimeProps) => {
  const atMs = Date.parse(at);
  // A signal as text: when the time goes on, only the text changes, and nothing is rendered.
  const relative = useMemo(() => computed(() => relativeTime(atMs, nowMs.value)), [atMs]);
  if (Number.isNaN(atMs)) return <span>{at}</span>;
  const exact = exactTime(atMs);
  return (
    <time
      class="time"
      dateTime={at}
      data-exact={isExact ? undefined : exact}
      // In a live region, a screen reader does not repeat it while the time goes on.
      aria-live="off"
      // The exact date appears on focus.
      tabIndex={isExact || isInLink ? undefined : 0}
    >
      {isExact ? exact : relative}
      {!isExact && <span class="visually-hidden"> ({exact})</span>}
    </time>
  );
};
