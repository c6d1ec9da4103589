import { type Clock, SECOND_MS } from '#lib/platform/clock.ts';

/** The pause after a failed read while every parameter has a value. Milliseconds. */
const PAUSE_AFTER_FAILURE_MS = 10 * SECOND_MS;

/**
 * Reads parameters by key in one batch. The result has no entry for a parameter that does not exist.
 * @param invocation data of the invocation that the reader needs; absent during INIT
 * @throws when SSM does not respond
 */
export type ReadBatch<Invocation> = (
  keys: readonly string[],
  invocation?: Invocation,
) => Promise<ReadonlyMap<string, string>>;

export interface CachedParameter {
  /** `undefined` when the parameter does not exist. */
  value: string | undefined;
  /** When the read of the value began. Milliseconds since the Unix epoch. */
  readAtMs: number;
  /** False when the last read failed, or was skipped because the one before it had failed. */
  fresh: boolean;
}

export interface KnownParameters {
  /** Has no entry for a key that was never read. */
  known: ReadonlyMap<string, CachedParameter>;
  /** The error of the read that this call started. Only one of several concurrent callers gets it. */
  failure?: { error: unknown; keys: readonly string[] };
}

export interface ParameterCacheOptions<Invocation> {
  /** The time to live of each key's value. Milliseconds; 0 reads it every time. */
  ttlMs: Readonly<Record<string, number>>;
  read: ReadBatch<Invocation>;
  clock: Pick<Clock, 'now'>;
}

/**
 * Caches parameters, each with its own time to live. Expired parameters are read in one batch. When a read fails, the
 * last values stay in use, however old they are. Concurrent callers share one read. Never throws. A caller that knows that
 * a value was replaced passes the age from which on values are read again, in spite of their time to live.
 */
export const parameterCache = <Invocation>({
  ttlMs,
  read,
  clock,
}: ParameterCacheOptions<Invocation>) => {
  const known = new Map<string, { value: string | undefined; readAtMs: number }>();
  let failedAtMs = Number.NEGATIVE_INFINITY;
  let running: Promise<unknown> | undefined;

  /** The absolute difference, so that a clock that is set back does not extend a time to live. */
  const sinceMs = (ms: number) => Math.abs(clock.now() - ms);

  const expiredKeys = (maxAgeMs: number) =>
    Object.keys(ttlMs).filter((key) => {
      const entry = known.get(key);
      return entry === undefined || sinceMs(entry.readAtMs) >= Math.min(ttlMs[key] ?? 0, maxAgeMs);
    });

  const isPaused = (expired: readonly string[]) =>
    sinceMs(failedAtMs) < PAUSE_AFTER_FAILURE_MS && expired.every((key) => known.has(key));

  const load = async (expired: readonly string[], invocation: Invocation | undefined) => {
    const readAtMs = clock.now();
    try {
      const values = await read(expired, invocation);
      for (const key of expired) known.set(key, { value: values.get(key), readAtMs });
      failedAtMs = Number.NEGATIVE_INFINITY;
    } catch (error) {
      failedAtMs = clock.now();
      throw error;
    } finally {
      running = undefined;
    }
  };

  return async (
    invocation?: Invocation,
    maxAgeMs = Number.POSITIVE_INFINITY,
  ): Promise<KnownParameters> => {
    await running?.catch(() => {});
    const expired = expiredKeys(maxAgeMs);
    const paused = isPaused(expired);
    let failure: KnownParameters['failure'];
    if (expired.length > 0 && !paused) {
      running ??= load(expired, invocation);
      await running.catch((error: unknown) => {
        failure = { error, keys: expired };
      });
    }
    const isStale = (key: string) => (paused || failure !== undefined) && expired.includes(key);
    const values = [...known].map(
      ([key, entry]) => [key, { ...entry, fresh: !isStale(key) }] as const,
    );
    return { known: new Map(values), ...(failure && { failure }) };
  };
};
