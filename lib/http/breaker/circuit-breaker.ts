import { addServiceName, readBreaker, writeBreaker } from '#lib/data/breakers.ts';
import { type Clock, SECOND_MS } from '#lib/platform/clock.ts';
import { isDevelopment } from '#lib/platform/env.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { Logger } from '#lib/platform/logger.ts';
import type { Verdict } from './breaker-rules.ts';
import { isInCode, isServiceName, SERVICES, type ServiceName } from './services.ts';
import { type BreakerStore, sharedBreaker } from './shared-breaker.ts';
import { verdictOfError, verdictOfStatus } from './verdict.ts';

interface NamedInCode {
  service: ServiceName;
  failOpen?: undefined;
}

interface NamedByCaller {
  /** See `isServiceName`. */
  service: string;
  /** Whether to call the service while the breaker cannot be read. */
  failOpen: boolean;
}

export type CircuitBreakerOptions = (NamedInCode | NamedByCaller) & {
  clock: Clock;
  log: Logger;
  /** Failures within a minute that open the breaker. Count. */
  threshold?: number;
  store?: BreakerStore;
};

/** How the breaker let a try pass. */
export interface Admission {
  /** The number of the trial of a half-open breaker. A trial must not be repeated, whatever its result. Absent for an ordinary try. */
  trial?: number;
}

export interface Breaker {
  /**
   * Asks whether the service may be called once. Whoever is admitted calls the service, then `report`.
   * @throws AppError `unavailable` / `CIRCUIT_OPEN`, held by the service
   * @throws AppError `unavailable` / `STORE_UNAVAILABLE` when the service does not fail open, or when the sweeper could not
   * find the messages that are held for it
   */
  admit: () => Promise<Admission>;
  /** Records what the admitted try says about the service. Best effort: never rejects. */
  report: (verdict: Verdict, admission: Admission) => Promise<void>;
  /**
   * Tries once between `admit` and `report`. Returns or throws what the try returns or throws. `judge` says what a
   * response means for the service; by default the statuses 5xx, 401, 403 and 429 count against it. The errors
   * `HTTP_TIMEOUT` and `HTTP_CONNECTION` always do.
   * @throws AppError as `admit`, without a call
   */
  guard: <T extends { status: number }>(
    tryOnce: (admission: Admission) => Promise<T>,
    judge?: (response: T) => Verdict,
  ) => Promise<T>;
  /** Whether this server of the service echoes sequence ids; `undefined` when unknown. Never rejects. */
  recall: (server: string) => Promise<{ echoesSequence: boolean | undefined }>;
  /** Stores it for the last server. Best effort: never rejects, and writes only a change. */
  rememberEcho: (server: string, echoes: boolean) => Promise<void>;
}

/** A process reports a 429 at most this often. Otherwise a service that alternates 429 and 2xx would cause a write per call. */
const THROTTLE_REPORT_MS = 10 * SECOND_MS;

/**
 * A circuit breaker that all functions share through one row per service. Its rules are in `breaker-rules.ts`. A process
 * creates it once per service.
 */
export const circuitBreaker = (options: CircuitBreakerOptions): Breaker => {
  const { service, clock, log, threshold = isDevelopment ? 10 : 5 } = options;
  const { store = { read: readBreaker, write: writeBreaker, addName: addServiceName } } = options;
  if (!isServiceName(service)) throw new Error(`${service} cannot be the name of a service`);
  const failOpen =
    options.failOpen === undefined ? SERVICES[options.service].failOpen : options.failOpen;
  const shared = sharedBreaker({ service, clock, log, threshold, store });
  let throttleReportedMs = Number.NEGATIVE_INFINITY;
  let isListed = isInCode(service);

  const mayPass = async (): Promise<boolean> => {
    try {
      const row = await shared.look();
      return row === undefined || row.state === 'closed';
    } catch (error) {
      if (failOpen) return true;
      throw error;
    }
  };

  /** The sweeper must know the name before a message is held for it. Otherwise the message is parked. */
  const listName = async (): Promise<void> => {
    if (isListed) return;
    await store.addName(service);
    isListed = true;
  };

  const admit = async (): Promise<Admission> => {
    if (await mayPass()) return {};
    const row = await shared.apply({ type: 'take' }).catch((error: unknown) => {
      log.warn({ service, err: error }, 'trial not started, breaker not written');
    });
    if (row) return { trial: row.trial };
    // Another function may have closed the breaker since the last read.
    if (await mayPass()) return {};
    await listName();
    throw new AppError('unavailable', 'CIRCUIT_OPEN', `the circuit of ${service} is open`, {
      retryable: false,
      heldBy: service,
      sent: false,
    });
  };

  /** Whether the verdict of an ordinary try can change the row, as far as this process knows. */
  const isNews = (verdict: Verdict): boolean => {
    if (verdict === 'success') return shared.lastSeen()?.throttled_since !== undefined;
    if (verdict === 'throttled') {
      const nowMs = clock.now();
      if (Math.abs(nowMs - throttleReportedMs) < THROTTLE_REPORT_MS) return false;
      throttleReportedMs = nowMs;
    }
    return verdict !== 'neutral';
  };

  const report = async (verdict: Verdict, { trial }: Admission): Promise<void> => {
    if (trial === undefined && !isNews(verdict)) return;
    // The sweeper reports an open breaker even if no message is ever held for it.
    if (verdict !== 'success' && verdict !== 'neutral') {
      await listName().catch((error: unknown) => {
        log.warn({ service, err: error }, 'name of the service not listed');
      });
    }
    const event = trial === undefined ? { type: verdict } : { type: verdict, trial };
    await shared.apply(event).catch((error: unknown) => {
      log.warn({ service, verdict, err: error }, 'result of the try not recorded in the breaker');
    });
  };

  return {
    admit,
    report,

    guard: async (tryOnce, judge = ({ status }) => verdictOfStatus(status)) => {
      const admission = await admit();
      const trying = tryOnce(admission);
      await report(await trying.then(judge, verdictOfError), admission);
      return trying;
    },

    recall: async (server) => {
      const row = await shared.look().catch(() => undefined);
      return { echoesSequence: row?.echo_server === server ? row.echoes_sequence : undefined };
    },

    rememberEcho: async (server, echoes) => {
      await shared.apply({ type: 'echo', server, echoes }).catch((error: unknown) => {
        log.warn({ service, err: error }, 'support for sequence ids not stored');
      });
    },
  };
};
