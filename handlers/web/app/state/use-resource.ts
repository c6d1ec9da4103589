import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

/** Something that is read from the API. The parts of the page that show it are in `parts/resource-view.tsx`. */
export interface Resource<Data> {
  /** The last data that was read; `undefined` before. It stays when a later read fails. */
  data: Data | undefined;
  /** When `data` was read. Milliseconds since the Unix epoch. */
  loadedAtMs: number | undefined;
  /** The error of the last read; `undefined` when it succeeded. */
  error: unknown;
  isLoading: boolean;
  /** Reads again now. */
  reload: () => void;
}

export interface ResourceOptions<Data> {
  /** The time between two reads while the page is visible; `undefined` for no more reads. Milliseconds. */
  pollMs?: number | ((data: Data | undefined, error: unknown) => number | undefined) | undefined;
}

/** The time between two reads of a page that changes by itself. Milliseconds. */
export const LIVE_POLL_MS = 5_000;
/** The time between two reads of a run in progress. Milliseconds. */
export const RUN_POLL_MS = 1_000;
/** Loading is shown when it takes longer than this. Milliseconds. */
export const SKELETON_AFTER_MS = 300;

/**
 * Reads from the API when the component appears and when `key` changes, and again after `pollMs`, but never while the page
 * is hidden. At most one read is in progress. It is aborted when the component disappears.
 * @param key identifies what is read
 */
export const useResource = <Data>(
  key: string,
  load: (signal: AbortSignal) => Promise<Data>,
  { pollMs }: ResourceOptions<Data> = {},
): Resource<Data> => {
  const [state, setState] = useState<ResourceState<Data>>({ ...EMPTY, key });
  const current = state.key === key ? state : { ...EMPTY, key };
  const latest = useRef({ load, pollMs });
  latest.current = { load, pollMs };
  const read = useRef<() => void>(() => {});

  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isReading = false;
    let isDue = false;

    const schedule = (data: Data | undefined, error: unknown) => {
      const { pollMs } = latest.current;
      const waitMs = typeof pollMs === 'function' ? pollMs(data, error) : pollMs;
      if (waitMs === undefined || abort.signal.aborted) return;
      timer = setTimeout(run, waitMs);
    };
    let data: Data | undefined;
    let lastError: unknown;
    const run = async () => {
      clearTimeout(timer);
      isDue = document.visibilityState === 'hidden';
      if (isReading || isDue) return;
      isReading = true;
      setState((before) => ({
        ...(before.key === key ? before : { ...EMPTY, key }),
        isLoading: true,
      }));
      try {
        data = await latest.current.load(abort.signal);
        const loaded = { key, data, loadedAtMs: Date.now(), error: undefined, isLoading: false };
        lastError = undefined;
        if (!abort.signal.aborted) setState(loaded);
      } catch (error) {
        lastError = error;
        if (!abort.signal.aborted) setState((before) => ({ ...before, error, isLoading: false }));
      } finally {
        isReading = false;
        schedule(data, lastError);
      }
    };
    const onVisible = () => {
      if (document.visibilityState === 'visible' && isDue) void run();
    };

    read.current = () => void run();
    document.addEventListener('visibilitychange', onVisible);
    window.addEventListener('online', read.current);
    void run();
    return () => {
      abort.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisible);
      window.removeEventListener('online', read.current);
    };
  }, [key]);

  const reload = useCallback(() => read.current(), []);
  const { data, loadedAtMs, error, isLoading } = current;
  return { data, loadedAtMs, error, isLoading, reload };
};

interface ResourceState<Data> extends Omit<Resource<Data>, 'reload'> {
  key: string;
}

const EMPTY = { data: undefined, loadedAtMs: undefined, error: undefined, isLoading: true };
