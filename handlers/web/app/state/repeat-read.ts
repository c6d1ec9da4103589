export interface RepeatReadOptions<Data> {
  load: (signal: AbortSignal) => Promise<Data>;
  /**
   * The time until the next read; `undefined` for none. Milliseconds.
   * @param data what was read last; `undefined` before a read has succeeded
   * @param error the error of the last read; `undefined` if it succeeded
   */
  waitMs: (data: Data | undefined, error: unknown) => number | undefined;
  onStart: () => void;
  onData: (data: Data) => void;
  onError: (error: unknown) => void;
}

export interface RepeatedRead {
  /** Reads now. While a read is in progress, whose data may be too old, another one follows it. */
  read: () => void;
  /** Aborts the read that is in progress. Nothing is called after this. */
  stop: () => void;
}

/**
 * Reads now, again after each wait, and when the device is online again, but never while the page is hidden: a read that is
 * due then begins when the page is visible again. At most one read is in progress.
 */
export const repeatRead = <Data>({
  load,
  waitMs,
  onStart,
  onData,
  onError,
}: RepeatReadOptions<Data>): RepeatedRead => {
  const abort = new AbortController();
  const { signal } = abort;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isReading = false;
  let isDue = false;
  let last: Data | undefined;

  const run = async () => {
    clearTimeout(timer);
    isDue = isReading || document.visibilityState === 'hidden';
    if (isDue || signal.aborted) return;
    isReading = true;
    onStart();
    let failure: unknown;
    try {
      last = await load(signal);
      if (!signal.aborted) onData(last);
    } catch (error) {
      failure = error;
      if (!signal.aborted) onError(error);
    }
    isReading = false;
    if (signal.aborted) return;
    const wait = isDue ? 0 : waitMs(last, failure);
    if (wait !== undefined) timer = setTimeout(run, wait);
  };
  const read = () => void run();
  const onVisible = () => {
    if (document.visibilityState === 'visible' && isDue) read();
  };

  document.addEventListener('visibilitychange', onVisible);
  window.addEventListener('online', read);
  read();
  return {
    read,
    stop: () => {
      abort.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisible);
      window.removeEventListener('online', read);
    },
  };
};
