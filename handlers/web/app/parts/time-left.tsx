import { useComputed } from '@preact/signals';
import { exactTime } from '#handlers/web/app/format/time.ts';
import { timeLeftText } from '#handlers/web/app/format/time-left.ts';
import { secondMs } from '#handlers/web/app/state/every-second.ts';

export interface TimeLeftProps {
  /** By the clock of this device. Milliseconds since the Unix epoch. */
  untilMs: number;
}

/** A countdown to a time. The exact date appears on hover. A screen reader does not repeat it every second. */
export const TimeLeft = ({ untilMs }: TimeLeftProps) => {
  // A signal as text: every second, only the text changes, and nothing is rendered.
  const text = useComputed(() => timeLeftText(untilMs - secondMs.value));
  if (Number.isNaN(untilMs)) return null;
  return (
    <time
      class="time-left"
      dateTime={new Date(untilMs).toISOString()}
      title={exactTime(untilMs)}
      role="timer"
      aria-live="off"
    >
      {text}
    </time>
  );
};
