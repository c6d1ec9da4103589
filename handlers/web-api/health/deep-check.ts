import type { BreakerState } from '#lib/http/breaker/breaker-schema.ts';
import { type Clock, SECOND_MS } from '#lib/platform/clock.ts';
import type { Logger } from '#lib/platform/logger.ts';
import { withTimeLimit } from '#lib/platform/time-limit.ts';

export type CheckStatus = 'ok' | 'degraded' | 'failed';
export const CHECKS = ['dynamodb', 'sns', 'ssm', 'ntfy', 'policy'] as const;
export type CheckName = (typeof CHECKS)[number];

export interface HealthReport {
  status: 'healthy' | 'degraded' | 'unhealthy';
  checks: Record<CheckName, { status: CheckStatus; ms: number }>;
}

/** Checks one dependency. A rejection means failed. */
export type Probe = (signal: AbortSignal) => Promise<CheckStatus>;

export interface DeepCheckDeps {
  probes: Record<CheckName, Probe>;
  clock: Clock;
}

const CACHED_MS = 30 * SECOND_MS;
const PROBE_TIMEOUT_MS = 2 * SECOND_MS;

/** Without this dependency, every other request fails. */
const REQUIRED: CheckName = 'dynamodb';

/** The status of a service by its breaker. A service without a row has never failed. */
export const statusOfBreaker = (breaker: Pick<BreakerState, 'state'> | undefined): CheckStatus => {
  if (breaker === undefined || breaker.state === 'closed') return 'ok';
  return breaker.state === 'half_open' ? 'degraded' : 'failed';
};

/** Checks all dependencies in parallel. A report is cached for 30 s, and concurrent requests share one. */
export const deepCheck = ({ probes, clock }: DeepCheckDeps) => {
  let cached: { report: HealthReport; untilMs: number } | undefined;
  let running: Promise<HealthReport> | undefined;

  const check = async (name: CheckName, log: Logger) => {
    const startMs = clock.now();
    let status: CheckStatus = 'failed';
    try {
      status = await withTimeLimit(PROBE_TIMEOUT_MS, async (signal) => probes[name](signal), clock);
    } catch (error) {
      log.warn({ err: error, check: name }, 'health check failed');
    }
    return [name, { status, ms: clock.now() - startMs }] as const;
  };

  const report = async (log: Logger): Promise<HealthReport> => {
    const entries = await Promise.all(CHECKS.map((name) => check(name, log)));
    const checks = Object.fromEntries(entries) as HealthReport['checks'];
    const isHealthy = entries.every(([, { status }]) => status === 'ok');
    const status = isHealthy
      ? 'healthy'
      : checks[REQUIRED].status === 'failed'
        ? 'unhealthy'
        : 'degraded';
    return { status, checks };
  };

  return async (log: Logger): Promise<HealthReport> => {
    if (cached !== undefined && clock.now() < cached.untilMs) return cached.report;
    running ??= report(log).finally(() => {
      running = undefined;
    });
    const fresh = await running;
    cached = { report: fresh, untilMs: clock.now() + CACHED_MS };
    return fresh;
  };
};
