import { readBreaker, writeBreaker } from '#lib/data/breakers.ts';
import { type Clock, SECOND_MS } from '#lib/platform/clock.ts';
import { isDevelopment } from '#lib/platform/env.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { Logger } from '#lib/platform/logger.ts';
import type { Verdict } from './breaker-state.ts';
import { SERVICES, type ServiceName } from './services.ts';
import { type BreakerStore, sharedBreaker } from './shared-breaker.ts';

export interface CircuitBreakerOptions {
  service: ServiceName;
  clock: Clock;
  log: Logger;
  /** Failures within a minute that open it. Count. */
  threshold?: number;
  /** Whether the service is called while the store cannot be read. */
  failOpen?: boolean;
  store?: BreakerStore;
}

/** On what terms a try was let through. */
export interface Admission {
  /** It is the one trial of a service thought to be down: whatever comes of it, it must not be repeated. */
  trial: boolean;
}

export interface Breaker {
  /**
   * Try once, if the service may be called. What the try answers or throws passes through unchanged; a status of 5xx,
   * 401, 403 or 429 and the errors `HTTP_TIMEOUT` and `HTTP_CONNECTION` speak against the service.
   * @throws AppError `unavailable` / `CIRCUIT_OPEN`, held by the service, without calling
   * @throws AppError `unavailable` / `STORE_UNAVAILABLE`, without calling, when the service does not fail open
   */
  guard: <T extends { status: number }>(
    tryOnce: (admission: Admission) => Promise<T>,
  ) => Promise<T>;
  /** What is known of this server of the service beside its health. Never rejects: unknown is an answer. */
  recall: (server: string) => Promise<{ echoesSequence: boolean | undefined }>;
  /** Best effort: never rejects, and writes only what is new. Only the last server is remembered. */
  rememberEcho: (server: string, echoes: boolean) => Promise<void>;
}

/** A process reports one 429 per this: where 429 and success alternate, each would be a write. */
const THROTTLE_REPORT_MS = 10 * SECOND_MS;

/** A circuit breaker that all functions share through one row per service. Its rules stand in `breaker-state.ts`. */
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

  /** The number of the trial that this call is; `undefined` for a call like any other. */
  const admit = async (): Promise<number | undefined> => {
    if (await mayPass()) return undefined;
    const row = await shared.apply({ type: 'take' }).catch((error: unknown) => {
      log.warn({ service, err: error }, 'circuit trial not taken');
    });
    if (row) return row.trial;
    // Somebody may have closed it since it was last looked at.
    if (await mayPass()) return undefined;
    throw new AppError('unavailable', 'CIRCUIT_OPEN', `the circuit of ${service} is open`, {
      retryable: false,
      heldBy: service,
    });
  };

  /** Whether a verdict about an ordinary try can change anything, as far as this process knows. */
  const isNews = (verdict: Verdict): boolean => {
    if (verdict === 'success') return shared.lastSeen()?.throttled_since !== undefined;
    if (verdict === 'throttled') {
      const nowMs = clock.now();
      if (Math.abs(nowMs - throttleReportedMs) < THROTTLE_REPORT_MS) return false;
      throttleReportedMs = nowMs;
    }
    return verdict !== 'neutral';
  };

  /** Never rejects: what a call brought stays what it is, whether or not others get to know of it. */
  const report = async (verdict: Verdict, trial: number | undefined): Promise<void> => {
    if (trial === undefined && !isNews(verdict)) return;
    const event = trial === undefined ? { type: verdict } : { type: verdict, trial };
    await shared.apply(event).catch((error: unknown) => {
      log.warn({ service, verdict, err: error }, 'circuit outcome not recorded');
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
        log.warn({ service, err: error }, 'echo of sequence ids not remembered');
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

/** A try that our own deadline cut short, or that a bug ended, says nothing about the service. */
const verdictOfError = (error: unknown): Verdict =>
  error instanceof AppError && AGAINST_THE_SERVICE.includes(error.code) ? 'failure' : 'neutral';
