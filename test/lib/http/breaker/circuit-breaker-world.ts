import type { StoredBreaker } from '#lib/http/breaker/breaker-schema.ts';
import { type CircuitBreakerOptions, circuitBreaker } from '#lib/http/breaker/circuit-breaker.ts';
import type { BreakerStore } from '#lib/http/breaker/shared-breaker.ts';
import type { Clock } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { Logger } from '#lib/platform/logger.ts';

/** A clock that only tests advance. It records a sleep, which ends at once. */
const aClock = () => {
  const clock = {
    ms: Date.parse('2026-03-01T12:00:00.000Z'),
    sleeps: [] as number[],
    now: () => clock.ms,
    sleep: async (ms: number) => {
      clock.sleeps.push(ms);
    },
    advance: (ms: number) => {
      clock.ms += ms;
    },
  };
  return clock satisfies Clock;
};

/** A log that stores its lines. */
const aLog = () => {
  const lines: { level: string; sentence: string; fields: Record<string, unknown> }[] = [];
  const at =
    (level: string): Logger['info'] =>
    (fields: unknown, sentence?: unknown) => {
      lines.push({
        level,
        sentence: String(sentence),
        fields: fields as Record<string, unknown>,
      });
    };
  const log: Logger = {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: () => log,
  };
  return { log, lines, sentences: () => lines.map(({ sentence }) => sentence) };
};

const down = new AppError('unavailable', 'STORE_UNAVAILABLE', 'the store cannot be reached');

interface MemoryStore extends BreakerStore {
  row: StoredBreaker | undefined;
  reads: number;
  writes: number;
  /** The list of names. */
  names: string[];
  readable: boolean;
  writable: boolean;
  /** Whether names can be added. */
  listable: boolean;
  /** The next write is applied, but its response is lost. */
  losesAnswer: boolean;
  /** Awaited before a request reaches the row, so that a test can choose the order. */
  travel: () => Promise<unknown>;
}

/** One row with conditional writes. It can lose responses, and fail reads and writes. */
const aStore = (): MemoryStore => {
  const store: MemoryStore = {
    row: undefined,
    reads: 0,
    writes: 0,
    names: [],
    readable: true,
    writable: true,
    listable: true,
    losesAnswer: false,
    travel: async () => {},

    read: async () => {
      store.reads += 1;
      await store.travel();
      if (!store.readable) throw down;
      return store.row;
    },

    write: async (_service, state, { seen }) => {
      store.writes += 1;
      await store.travel();
      if (!store.writable) throw down;
      if (store.row?.version !== seen?.version) return undefined;
      store.row = { ...state, version: (seen?.version ?? 0) + 1 };
      if (store.losesAnswer) {
        store.losesAnswer = false;
        throw down;
      }
      return store.row;
    },

    addName: async (service) => {
      if (!store.listable) throw down;
      store.names.push(service);
    },
  };
  return store;
};

export const noResponseError = () =>
  new AppError('unavailable', 'HTTP_TIMEOUT', 'no answer in time');

/** A breaker with its dependencies, and a service that counts its calls and responds as the test says. */
export const aWorld = (options: Partial<CircuitBreakerOptions> = { threshold: 5 }) => {
  const clock = aClock();
  const store = aStore();
  const { log, lines, sentences } = aLog();
  const service = { calls: 0, trials: 0 };
  const aBreaker = () => circuitBreaker({ service: 'ntfy', clock, log, store, ...options });
  const breaker = aBreaker();

  /** One guarded call that ends as the test says. Returns its result. */
  const call = async (end: number | Error, by = breaker): Promise<string> =>
    by
      .guard(async ({ trial }) => {
        service.calls += 1;
        if (trial !== undefined) service.trials += 1;
        if (typeof end !== 'number') throw end;
        return { status: end };
      })
      .then(
        ({ status }) => String(status),
        (error: unknown) => (error instanceof AppError ? error.code : String(error)),
      );

  const calls = async (count: number, end: number | Error) => {
    for (let made = 0; made < count; made += 1) await call(end);
  };

  return { clock, store, lines, sentences, service, aBreaker, breaker, call, calls };
};
