/** Do a piece of work that a person waits for, and tell them. */
export type Step = <T>(label: string, work: () => Promise<T>) => Promise<T>;

const SHOWN_AFTER_MS = 1_000;

/**
 * One line per step: on a terminal with the seconds counting, elsewhere once when it has taken a second and once when
 * it is done. What takes less than a second is not mentioned. No step begins after `wish` is aborted.
 */
export const stepsOn =
  (out: NodeJS.WriteStream, wish?: AbortSignal): Step =>
  async (label, work) => {
    wish?.throwIfAborted();
    const startedMs = Date.now();
    const seconds = () => `${((Date.now() - startedMs) / 1_000).toFixed(1)} s`;
    let shown = false;
    const tick = () => {
      if (out.isTTY) out.write(`\r\u001b[K  ${label} … ${seconds()}`);
      else if (!shown) out.write(`  ${label} …\n`);
      shown = true;
    };
    const timer = setInterval(tick, SHOWN_AFTER_MS);
    try {
      return await work();
    } finally {
      clearInterval(timer);
      if (shown) out.write(`${out.isTTY ? '\r\u001b[K' : ''}  ${label}: ${seconds()}\n`);
    }
  };
