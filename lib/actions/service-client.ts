import { allowedOrigins } from '#lib/http/allowed-origins.ts';
import type { Breaker } from '#lib/http/breaker/circuit-breaker.ts';
import { verdictOfStatus } from '#lib/http/breaker/verdict.ts';
import { httpClient } from '#lib/http/client.ts';
import { outbound } from '#lib/http/outbound.ts';
import type { HttpResponse } from '#lib/http/response.ts';
import type { Service } from '#lib/http/service.ts';
import type { Clock } from '#lib/platform/clock.ts';
import type { OutsideRequest } from './action.ts';
import { challengeError, isChallenge } from './challenge.ts';

export interface ServiceClientOptions {
  breakerOf: (service: Service) => Pick<Breaker, 'guard'>;
  clock: Clock;
  /** Retries after the first try. Count. */
  retries: number;
  /** Timeout of one try. Milliseconds. */
  timeoutMs: number;
  /** Origins that may use plain http and a private address: those of the local stack. */
  localOrigins: readonly string[];
}

/** What a request takes from its run. */
export interface CallScope {
  /** Milliseconds since the Unix epoch. */
  deadlineMs: number;
  signal: AbortSignal;
  correlationId: string;
  /** Called with each response, also with those that become an error. */
  onResponse?: (response: HttpResponse) => void;
}

/**
 * Sends a request to a service through its breaker, to its origin only, and retries what may be repeated.
 * @returns the response, except for 429 and 5xx
 * @throws AppError `unavailable` when the service or the connection fails
 * @throws AppError `invalid` / `BLOCKED_BY_PROVIDER` for a challenge, because the platform never imitates a browser
 */
export type SendToService = (
  service: Service,
  request: Omit<OutsideRequest, 'authentication'>,
  scope: CallScope,
) => Promise<HttpResponse>;

export const serviceClient =
  (options: ServiceClientOptions): SendToService =>
  (service, request, { correlationId, deadlineMs, signal, onResponse }) => {
    const { breakerOf, clock, retries, localOrigins } = options;
    const { method, path, body, repeatable, expects, judge, responseError } = request;
    const timeoutMs = request.timeoutMs ?? options.timeoutMs;
    const allowed = allowedOrigins([service.origin], localOrigins);
    const client = httpClient({ allowed, timeoutMs, clock });
    const call = outbound({
      client: async (sent) => {
        const headers = { ...request.headersOfTry?.(), ...sent.headers };
        const response = await client({ ...sent, headers });
        onResponse?.(response);
        return response;
      },
      breaker: breakerOf(service),
      tryMs: timeoutMs,
      retries,
      clock,
      judge: (response) => {
        if (isChallenge(response, expects)) return 'blocked';
        return judge?.(response) ?? verdictOfStatus(response.status);
      },
      responseError: (response) =>
        isChallenge(response, expects) ? challengeError(service) : responseError?.(response),
    });
    return call({
      method,
      url: `${service.origin}${path}`,
      headers: { ...request.headers, 'X-Correlation-ID': correlationId },
      ...(body === undefined ? {} : { body }),
      deadlineMs,
      signal,
      repeatable,
    });
  };
