import { type Clock, SECOND_MS } from '#lib/platform/clock.ts';

/** After a failed read, nothing is read again for this long while there are values. Milliseconds. */
const PAUSE_AFTER_FAILURE_MS = 10 * SECOND_MS;

/**
 * Reads parameters by key in one batch. A key that SSM does not have is absent from the result.
 * @param invocation whatever the reader needs to know of the invocation; absent during INIT
 * @throws when SSM does not answer
 */
export type ReadBatch<Invocation> = (
  keys: readonly string[],
  invocation?: Invocation,
) => Promise<ReadonlyMap<string, string>>;

export interface CachedParameter {
  /** `undefined`: SSM answered, and does not have it. */
  value: string | undefined;
  /** False when the last read failed, or was left out because the one before it had just failed. */
  fresh: boolean;
}

export interface KnownParameters {
  /** Keys that were never read are absent. */
  known: ReadonlyMap<string, CachedParameter>;
  /** The read of this call failed. Only one of concurrent callers logs it. */
  failure?: { error: unknown; keys: readonly string[] };
}

export interface ParameterCacheOptions<Invocation> {
  /** How long the value of each key is used. Milliseconds; 0 reads it every time. */
  ttlMs: Readonly<Record<string, number>>;
  read: ReadBatch<Invocation>;
  clock: Pick<Clock, 'now'>;
}

/**
 * Caches parameters, each for its own time. Everything that is due is read in one batch. When a read fails, the last
 * good values stay in use, however old they are. Concurrent callers share one read. Never throws.
 */
export const parameterCache = <Invocation>({
  ttlMs,
  read,
  clock,
}: ParameterCacheOptions<Invocation>) => {
  const known = new Map<string, { value: string | undefined; readAtMs: number }>();
  let failedAtMs = Number.NEGATIVE_INFINITY;
  let running: Promise<unknown> | undefined;

  /** The absolute value: a clock that is set back does not extend a time to live. */
  const sinceMs = (ms: number) => Math.abs(clock.now() - ms);

  const dueKeys = () =>
    Object.keys(ttlMs).filter((key) => {
      const entry = known.get(key);
      return entry === undefined || sinceMs(entry.readAtMs) >= (ttlMs[key] ?? 0);
    });

  const isPaused = (due: readonly string[]) =>
    sinceMs(failedAtMs) < PAUSE_AFTER_FAILURE_MS && due.every((key) => known.has(key));

  const load = async (due: readonly string[], invocation: Invocation | undefined) => {
    const readAtMs = clock.now();
    try {
      const values = await read(due, invocation);
      for (const key of due) known.set(key, { value: values.get(key), readAtMs });
      failedAtMs = Number.NEGATIVE_INFINITY;
    } catch (error) {
      failedAtMs = clock.now();
      throw error;
    } finally {
      running = undefined;
    }
  };

  return async (invocation?: Invocation): Promise<KnownParameters> => {
    await running?.catch(() => {});
    const due = dueKeys();
    const paused = isPaused(due);
    let failure: KnownParameters['failure'];
    if (due.length > 0 && !paused) {
      running ??= load(due, invocation);
      await running.catch((error: unknown) => {
        failure = { error, keys: due };
      });
    }
    const isStale = (key: string) => (paused || failure !== undefined) && due.includes(key);
    const values = [...known].map(
      ([key, { value }]) => [key, { value, fresh: !isStale(key) }] as const,
    );
    return { known: new Map(values), ...(failure && { failure }) };
  };
};
