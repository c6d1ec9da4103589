import { signal } from '@preact/signals';

const TICK_MS = 5_000;

/** The current time, for relative times on the page. Milliseconds since the Unix epoch; changes every five seconds. */
export const nowMs = signal(Date.now());

const tick = () => {
  if (document.visibilityState === 'visible') nowMs.value = Date.now();
};
setInterval(tick, TICK_MS);
document.addEventListener('visibilitychange', tick);
