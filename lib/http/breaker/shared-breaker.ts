import type { addServiceName, readBreaker, writeBreaker } from '#lib/data/breakers.ts';
import { type Clock, SECOND_MS } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { Logger } from '#lib/platform/logger.ts';
import { metricFields } from '#lib/platform/metrics.ts';
import { type BreakerEvent, breakerAfter } from './breaker-rules.ts';
import type { BreakerState, StoredBreaker } from './breaker-schema.ts';

/** The table of the breakers. */
export interface BreakerStore {
  read: typeof readBreaker;
  write: typeof writeBreaker;
  addName: typeof addServiceName;
}

export interface SharedBreakerOptions {
  service: string;
  clock: Clock;
  log: Logger;
  /** Failures within a minute that open the breaker. Count. */
  threshold: number;
  store: Pick<BreakerStore, 'read' | 'write'>;
}

/** The view of one process on a breaker that all functions share. */
export interface SharedBreaker {
  /**
   * The row, from a cache of two seconds.
   * @throws AppError `unavailable` / `STORE_UNAVAILABLE`; a failed read is cached for two seconds too
   */
  look: () => Promise<StoredBreaker | undefined>;
  /** The row of the last read, whatever its age; `undefined` when there was none. */
  lastSeen: () => StoredBreaker | undefined;
  /**
   * Applies an event to the row, and logs a change of the state.
   * @returns the new row, or `undefined` when the event changes nothing
   * @throws AppError `unavailable` / `STORE_UNAVAILABLE` when the write may not have happened
   */
  apply: (event: BreakerEvent) => Promise<StoredBreaker | undefined>;
}

const CACHE_MS = 2 * SECOND_MS;
const MAX_WRITES = 5;
/** The longest wait after a lost write, so that many processes do not write again at the same time. Milliseconds. */
const CONTENTION_WAIT_MS = 50;

export const sharedBreaker = (options: SharedBreakerOptions): SharedBreaker => {
  const { service, clock, log, threshold, store } = options;
  let seen: Sight | undefined;
  const inTurn = queue();

  const isFresh = (sight: Sight | undefined): sight is Sight =>
    sight !== undefined && Math.abs(clock.now() - sight.atMs) < CACHE_MS;

  /** Call it through `inTurn` only. */
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

  /** Call it through `inTurn` only. */
  const write = async (after: BreakerState, before: StoredBreaker | undefined, nowMs: number) => {
    try {
      return await store.write(service, after, { seen: before, nowMs });
    } finally {
      // After a lost or failed write, the row is unknown.
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
          const after = breakerAfter(before, event, { nowMs, threshold });
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

/** The result of the last read and its time. A failed read is cached as long as a row. */
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

/** Runs the given functions one after the other, so that concurrent calls share one read. */
const queue = () => {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work);
    last = turn.catch(() => {});
    return turn;
  };
};
