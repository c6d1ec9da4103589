import { signal } from '@preact/signals';

const TICK_MS = 1_000;

/** The current time, for a countdown. Milliseconds since the Unix epoch; changes every second. */
export const secondMs = signal(Date.now());

const tick = () => {
  if (document.visibilityState === 'visible') secondMs.value = Date.now();
};
setInterval(tick, TICK_MS);
document.addEventListener('visibilitychange', tick);
