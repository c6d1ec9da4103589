import type { readBreaker, StoredBreaker, writeBreaker } from '#lib/data/breakers.ts';
import { type Clock, SECOND_MS } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { Logger } from '#lib/platform/logger.ts';
import { metricFields } from '#lib/platform/metrics.ts';
import { type BreakerEvent, type BreakerState, next } from './breaker-state.ts';

/** Where breakers are shared. */
export interface BreakerStore {
  read: typeof readBreaker;
  write: typeof writeBreaker;
}

export interface SharedBreakerOptions {
  service: string;
  clock: Clock;
  log: Logger;
  /** Failures within a minute that open it. Count. */
  threshold: number;
  store: BreakerStore;
}

/** One process's view of a breaker that many share. */
export interface SharedBreaker {
  /**
   * The row, at most two seconds old.
   * @throws AppError `unavailable` / `STORE_UNAVAILABLE`; also for two seconds after it could not be read
   */
  look: () => Promise<StoredBreaker | undefined>;
  /** The row as last seen, however long ago; `undefined` when there was none. */
  lastSeen: () => StoredBreaker | undefined;
  /**
   * Write what an event changes, and say so in the log when it changes the state.
   * @returns the row as written, or `undefined` when there was nothing to change
   * @throws AppError `unavailable` / `STORE_UNAVAILABLE` when it is not known to be written
   */
  apply: (event: BreakerEvent) => Promise<StoredBreaker | undefined>;
}

const CACHE_MS = 2 * SECOND_MS;
const MAX_WRITES = 5;
/** Who lost a write waits up to this, so that many do not meet again at once. */
const CONTENTION_WAIT_MS = 50;

export const sharedBreaker = (options: SharedBreakerOptions): SharedBreaker => {
  const { service, clock, log, threshold, store } = options;
  let seen: Sight | undefined;
  const inTurn = queue();

  const isFresh = (sight: Sight | undefined): sight is Sight =>
    sight !== undefined && Math.abs(clock.now() - sight.atMs) < CACHE_MS;

  /** Only in turn. */
  const read = async (): Promise<StoredBreaker | undefined> => {
    if (isFresh(seen)) return rowOf(seen);
    seen = await store.read(service).then(
      (row) => ({ atMs: clock.now(), row }),
      (error: unknown) => ({ atMs: clock.now(), row: undefined, error }),
    );
    if (seen.error !== undefined) {
      log.warn({ service, err: seen.error }, 'circuit breaker not readable');
    }
    return rowOf(seen);
  };

  /** Only in turn. */
  const write = async (after: BreakerState, before: StoredBreaker | undefined, nowMs: number) => {
    try {
      return await store.write(service, after, { seen: before, nowMs });
    } finally {
      // After a write that lost or failed, nobody knows what stands there.
      seen = undefined;
    }
  };

  return {
    look: async () => (isFresh(seen) ? rowOf(seen) : inTurn(read)),

    lastSeen: () => seen?.row,

    apply: (event) =>
      inTurn(async () => {
        for (let writes = 0; writes < MAX_WRITES; writes += 1) {
          const before = await read();
          const nowMs = clock.now();
          const after = next(before, event, { nowMs, threshold });
          if (after === undefined || after === before) return undefined;
          const row = await write(after, before, nowMs);
          if (row !== undefined) {
            seen = { atMs: nowMs, row };
            announce(log, { service, before, after, nowMs });
            return row;
          }
          await clock.sleep(Math.random() * CONTENTION_WAIT_MS);
        }
        throw new AppError('unavailable', 'STORE_UNAVAILABLE', `${service}'s breaker is contended`);
      }),
  };
};

/** What was read last, and when; an unreadable store is believed unreadable for as long as a row is believed. */
interface Sight {
  atMs: number;
  row: StoredBreaker | undefined;
  error?: unknown;
}

const rowOf = ({ row, error }: Sight): StoredBreaker | undefined => {
  if (error !== undefined) throw error;
  return row;
};

const CHANGES = {
  open: { level: 'warn', sentence: 'circuit opened', metric: 1 },
  half_open: { level: 'info', sentence: 'circuit half-open', metric: 0.5 },
  closed: { level: 'info', sentence: 'circuit closed', metric: 0 },
} as const;

interface Change {
  service: string;
  before: BreakerState | undefined;
  after: BreakerState;
  nowMs: number;
}

const announce = (log: Logger, { service, before, after, nowMs }: Change): void => {
  if ((before?.state ?? 'closed') === after.state) return;
  const { level, sentence, metric } = CHANGES[after.state];
  const { reason, failures, open_until } = after;
  const metrics = metricFields(
    { CircuitBreakerState: metric },
    { nowMs, detail: { Service: service } },
  );
  log[level]({ service, reason, failures, open_until, ...metrics }, sentence);
};

/** Runs what it is given one after the other: a process then asks the store once, not once per call. */
const queue = () => {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work);
    last = turn.catch(() => {});
    return turn;
  };
};
