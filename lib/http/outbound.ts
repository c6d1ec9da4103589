import type { Breaker } from '#lib/breaker/circuit-breaker.ts';
import { type Clock, systemClock } from '#lib/clock.ts';
import { AppError } from '#lib/errors.ts';
import type { HttpClient, HttpRequest, HttpResponse } from './client.ts';
import { retry } from './retry.ts';
import { retryAfterMs } from './retry-after.ts';

export interface OutboundRequest extends HttpRequest {
  /** Whether it may be sent again when nobody knows what became of it. */
  repeatable: boolean;
}

export interface OutboundOptions {
  client: HttpClient;
  breaker: Pick<Breaker, 'guard'>;
  /** After the first try. Count. */
  retries?: number;
  clock?: Clock;
  /**
   * What an answer means to the service where its status alone does not say; `undefined` leaves it to the status.
   * Retries obey the error's `retryable` and `retryAfterMs`. `askedMs` is what a Retry-After asks for.
   */
  refusalOf?: (answer: HttpResponse, askedMs: number | undefined) => AppError | undefined;
}

/**
 * How clients of services call them: every try passes the breaker, what may be repeated is, within the deadline.
 * A trial of a service that was down is one try.
 * @returns every answer that is no refusal: all but 429 and 5xx, unless `refusalOf` says otherwise
 * @throws AppError as `HttpClient` and `Breaker.guard` do
 * @throws AppError `unavailable` / `HTTP_429`, `HTTP_5XX`, with `retryAfterMs` when the service says when to come back
 */
export const outbound =
  ({ client, breaker, retries = 3, clock = systemClock, refusalOf }: OutboundOptions) =>
  ({ repeatable, ...request }: OutboundRequest): Promise<HttpResponse> => {
    let isTrial = false;

    const tryOnce = async (): Promise<HttpResponse> => {
      const answer = await breaker.guard((admission) => {
        isTrial = admission.trial;
        return client(request);
      });
      const askedMs = retryAfterMs(answer.headers['retry-after'], clock.now());
      const refusal = refusalOf?.(answer, askedMs) ?? refusalOfStatus(answer.status, askedMs);
      if (refusal) throw refusal;
      return answer;
    };

    return retry(tryOnce, {
      retries: repeatable ? retries : 0,
      mayRetry: () => !isTrial,
      deadlineMs: request.deadlineMs,
      signal: request.signal,
      clock,
    });
  };

const refusalOfStatus = (status: number, askedMs: number | undefined): AppError | undefined => {
  if (status !== 429 && status < 500) return undefined;
  const code = status === 429 ? 'HTTP_429' : 'HTTP_5XX';
  return new AppError('unavailable', code, `the service answered ${status}`, {
    ...(askedMs === undefined ? {} : { retryAfterMs: askedMs }),
  });
};
