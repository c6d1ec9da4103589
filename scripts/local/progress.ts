/** Does a piece of work and shows its progress. */
export type ProgressStep = <T>(label: string, work: () => Promise<T>) => Promise<T>;

const SHOWN_AFTER_MS = 1_000;

/**
 * Shows one line per step. On a TTY the line counts the seconds. Elsewhere there is one line after a second and one at
 * the end. A step that takes less than a second is not shown. No step starts after `signal` was aborted.
 */
export const stepsOn =
  (out: NodeJS.WriteStream, signal?: AbortSignal): ProgressStep =>
  async (label, work) => {
    signal?.throwIfAborted();
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
