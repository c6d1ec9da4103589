import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { repeatRead } from './repeat-read.ts';

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
    const reading = repeatRead<Data>({
      load: (signal) => latest.current.load(signal),
      waitMs: (data, error) => {
        const { pollMs } = latest.current;
        return typeof pollMs === 'function' ? pollMs(data, error) : pollMs;
      },
      onStart: () =>
        setState((before) => ({
          ...(before.key === key ? before : { ...EMPTY, key }),
          isLoading: true,
        })),
      onData: (data) =>
        setState({ key, data, loadedAtMs: Date.now(), error: undefined, isLoading: false }),
      onError: (error) => setState((before) => ({ ...before, error, isLoading: false })),
    });
    read.current = reading.read;
    return reading.stop;
  }, [key]);

  const reload = useCallback(() => read.current(), []);
  const { data, loadedAtMs, error, isLoading } = current;
  return { data, loadedAtMs, error, isLoading, reload };
};

interface ResourceState<Data> extends Omit<Resource<Data>, 'reload'> {
  key: string;
}

const EMPTY = { data: undefined, loadedAtMs: undefined, error: undefined, isLoading: true };
