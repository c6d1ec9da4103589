import { readBreaker, writeBreaker } from '#lib/data/breakers.ts';
import { type Clock, SECOND_MS } from '#lib/platform/clock.ts';
import { isDevelopment } from '#lib/platform/env.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { Logger } from '#lib/platform/logger.ts';
import type { Verdict } from './breaker-rules.ts';
import { SERVICES, type ServiceName } from './services.ts';
import { type BreakerStore, sharedBreaker } from './shared-breaker.ts';

export interface CircuitBreakerOptions {
  service: ServiceName;
  clock: Clock;
  log: Logger;
  /** Failures within a minute that open the breaker. Count. */
  threshold?: number;
  /** Whether to call the service while the breaker cannot be read. */
  failOpen?: boolean;
  store?: BreakerStore;
}

/** How the breaker let a try pass. */
export interface Admission {
  /** The try is the trial of a half-open breaker. It must not be repeated, whatever its result. */
  trial: boolean;
}

export interface Breaker {
  /**
   * Tries once, if the service may be called. Returns or throws what the try returns or throws. The statuses 5xx, 401,
   * 403 and 429 and the errors `HTTP_TIMEOUT` and `HTTP_CONNECTION` count against the service.
   * @throws AppError `unavailable` / `CIRCUIT_OPEN`, held by the service, without a call
   * @throws AppError `unavailable` / `STORE_UNAVAILABLE`, without a call, when the service does not fail open
   */
  guard: <T extends { status: number }>(
    tryOnce: (admission: Admission) => Promise<T>,
  ) => Promise<T>;
  /** Whether this server of the service echoes sequence ids; `undefined` when unknown. Never rejects. */
  recall: (server: string) => Promise<{ echoesSequence: boolean | undefined }>;
  /** Stores it for the last server. Best effort: never rejects, and writes only a change. */
  rememberEcho: (server: string, echoes: boolean) => Promise<void>;
}

/** A process reports a 429 at most this often. Otherwise a service that alternates 429 and 2xx would cause a write per call. */
const THROTTLE_REPORT_MS = 10 * SECOND_MS;

/** A circuit breaker that all functions share through one row per service. Its rules are in `breaker-rules.ts`. */
export const circuitBreaker = ({
  service,
  clock,
  log,
  threshold = isDevelopment ? 10 : 5,
  failOpen = SERVICES[service].failOpen,
  store = { read: readBreaker, write: writeBreaker },
}: CircuitBreakerOptions): Breaker => {
  const shared = sharedBreaker({ service, clock, log, threshold, store });
  let throttleReportedMs = Number.NEGATIVE_INFINITY;

  const mayPass = async (): Promise<boolean> => {
    try {
      const row = await shared.look();
      return row === undefined || row.state === 'closed';
    } catch (error) {
      if (failOpen) return true;
      throw error;
    }
  };

  /** The number of the trial; `undefined` for an ordinary call. */
  const admit = async (): Promise<number | undefined> => {
    if (await mayPass()) return undefined;
    const row = await shared.apply({ type: 'take' }).catch((error: unknown) => {
      log.warn({ service, err: error }, 'trial not started, breaker not written');
    });
    if (row) return row.trial;
    // Another function may have closed the breaker since the last read.
    if (await mayPass()) return undefined;
    throw new AppError('unavailable', 'CIRCUIT_OPEN', `the circuit of ${service} is open`, {
      retryable: false,
      heldBy: service,
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

  /** Never rejects: a failed report must not change the result of the call. */
  const report = async (verdict: Verdict, trial: number | undefined): Promise<void> => {
    if (trial === undefined && !isNews(verdict)) return;
    const event = trial === undefined ? { type: verdict } : { type: verdict, trial };
    await shared.apply(event).catch((error: unknown) => {
      log.warn({ service, verdict, err: error }, 'result of the try not recorded in the breaker');
    });
  };

  return {
    guard: async (tryOnce) => {
      const trial = await admit();
      const trying = tryOnce({ trial: trial !== undefined });
      await report(
        await trying.then(({ status }) => verdictOfStatus(status), verdictOfError),
        trial,
      );
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

const verdictOfStatus = (status: number): Verdict => {
  if (status >= 200 && status < 300) return 'success';
  if (status >= 500) return 'failure';
  if (status === 429) return 'throttled';
  return status === 401 || status === 403 ? 'credentials' : 'neutral';
};

const AGAINST_THE_SERVICE: readonly string[] = ['HTTP_TIMEOUT', 'HTTP_CONNECTION'];

/** A try that our deadline or a bug ended says nothing about the service. */
const verdictOfError = (error: unknown): Verdict =>
  error instanceof AppError && AGAINST_THE_SERVICE.includes(error.code) ? 'failure' : 'neutral';
