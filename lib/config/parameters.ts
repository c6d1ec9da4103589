import { type Clock, SECOND_MS } from '#lib/platform/clock.ts';

/** After a failed read the last good values serve this long before anybody asks again. Milliseconds. */
const FORBEARANCE_MS = 10 * SECOND_MS;

/**
 * Reads parameters by key in one batch. A key that SSM does not have is absent from the answer.
 * @throws when SSM gave no answer at all.
 */
export type ReadParameters = (keys: readonly string[]) => Promise<ReadonlyMap<string, string>>;

export interface CachedParameter {
  /** `undefined`: SSM answered, and does not have it. */
  value: string | undefined;
  /** False when SSM did not answer the last time it was asked, or would have been asked. */
  fresh: boolean;
}

export interface KnownParameters {
  /** Keys that were never read are absent. */
  known: ReadonlyMap<string, CachedParameter>;
  /** A read that just failed: whoever asked tells it, once. Absent where nobody was asked. */
  failure?: { error: unknown; keys: readonly string[] };
}

export interface ParameterCache {
  /** What is known of every key, read again in one batch where it is due. Never throws. */
  current: () => Promise<KnownParameters>;
  /** Reads all keys now, whatever is cached. @throws when SSM does not answer. */
  refresh: () => Promise<void>;
}

export interface ParameterCacheOptions {
  /** How long each key is believed. Milliseconds; 0 asks every time. */
  ttlMs: Readonly<Record<string, number>>;
  read: ReadParameters;
  clock: Pick<Clock, 'now'>;
}

/**
 * The last good value of every parameter: while SSM fails, it serves on, however old it is. Reads are single flight, so
 * that concurrent callers share one.
 */
export const parameterCache = ({ ttlMs, read, clock }: ParameterCacheOptions): ParameterCache => {
  const known = new Map<string, { value: string | undefined; readAtMs: number }>();
  const keys = Object.keys(ttlMs);
  let failedAtMs = Number.NEGATIVE_INFINITY;
  let flight: { wanted: readonly string[]; done: Promise<void> } | undefined;

  /** A clock that was set back makes nothing younger. */
  const sinceMs = (ms: number) => Math.abs(clock.now() - ms);

  const stale = () =>
    keys.filter((key) => {
      const entry = known.get(key);
      return entry === undefined || sinceMs(entry.readAtMs) >= (ttlMs[key] ?? 0);
    });

  const load = async (wanted: readonly string[]) => {
    const askedAtMs = clock.now();
    try {
      const answer = await read(wanted);
      for (const key of wanted) known.set(key, { value: answer.get(key), readAtMs: askedAtMs });
      failedAtMs = Number.NEGATIVE_INFINITY;
    } catch (error) {
      failedAtMs = clock.now();
      throw error;
    } finally {
      flight = undefined;
    }
  };

  /** Joins the read that is under way when it brings everything wanted, else starts one. */
  const fetch = async (wanted: readonly string[]) => {
    while (flight !== undefined && !wanted.every((key) => flight?.wanted.includes(key))) {
      await flight.done.catch(() => {});
    }
    flight ??= { wanted, done: load(wanted) };
    await flight.done;
  };

  const forbears = (due: readonly string[]) =>
    sinceMs(failedAtMs) < FORBEARANCE_MS && due.every((key) => known.has(key));

  return {
    current: async () => {
      const due = stale();
      let failure: KnownParameters['failure'];
      const forborne = forbears(due);
      if (due.length > 0 && !forborne) {
        await fetch(due).catch((error: unknown) => {
          failure = { error, keys: due };
        });
      }
      const failed = forborne || failure !== undefined;
      const values = [...known].map(
        ([key, { value }]) => [key, { value, fresh: !(failed && due.includes(key)) }] as const,
      );
      return { known: new Map(values), ...(failure && { failure }) };
    },
    refresh: () => fetch(keys),
  };
};
