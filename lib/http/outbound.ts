import type { Breaker } from '#lib/http/breaker/circuit-breaker.ts';
import { type Clock, SECOND_MS, systemClock } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { HttpClient, HttpRequest } from './client.ts';
import type { HttpResponse } from './response.ts';
import { retry } from './retry.ts';
import { retryAfterMs } from './retry-after.ts';

export interface OutboundRequest extends HttpRequest {
  /** Whether it may be sent again when nobody knows what became of it. */
  repeatable: boolean;
}

export interface OutboundOptions {
  client: HttpClient;
  breaker: Pick<Breaker, 'guard'>;
  /** The longest that one try takes, with all that `client` does in it. Milliseconds. */
  tryMs: number;
  /** After the first try. Count. */
  retries?: number;
  clock?: Clock;
  /**
   * What an answer means to the service where its status alone does not say; `undefined` leaves it to the status.
   * Retries obey the error's `retryable` and `retryAfterMs`. `askedMs` is what a Retry-After asks for.
   */
  refusalOf?: (answer: HttpResponse, askedMs: number | undefined) => AppError | undefined;
}

/** What a try's way through the breaker may take beside the try itself. Milliseconds. */
const BREAKER_MS = SECOND_MS;

/**
 * How clients of services call them: every try passes the breaker, what may be repeated is, within the deadline.
 * No try begins without its whole time before the deadline: a service that hangs then fails every try that it got, which
 * counts at the breaker, and the caller hears of the service and not of its own time.
 * A trial of a service that was down is one try.
 * @returns every answer that is no refusal: all but 429 and 5xx, unless `refusalOf` says otherwise
 * @throws AppError as `HttpClient` and `Breaker.guard` do; `HTTP_DEADLINE` only when no try before it failed otherwise
 * @throws AppError `unavailable` / `HTTP_429`, `HTTP_5XX`, with `retryAfterMs` when the service says when to come back
 */
export const outbound =
  ({ client, breaker, tryMs, retries = 3, clock = systemClock, refusalOf }: OutboundOptions) =>
  ({ repeatable, ...request }: OutboundRequest): Promise<HttpResponse> => {
    const lastStartMs = request.deadlineMs - tryMs - BREAKER_MS;
    let isTrial = false;
    let failure: unknown;

    const tryOnce = async (): Promise<HttpResponse> => {
      if (clock.now() > lastStartMs) throw noTimeLeft();
      const answer = await breaker.guard((admission) => {
        isTrial = admission.trial;
        return client(request);
      });
      const askedMs = retryAfterMs(answer.headers['retry-after'], clock.now());
      const refusal = refusalOf?.(answer, askedMs) ?? refusalOfStatus(answer.status, askedMs);
      if (refusal) throw refusal;
      return answer;
    };

    /** A repeat that our own time ended does not hide why there was a repeat. */
    const tryInTime = () =>
      tryOnce().catch((error: unknown) => {
        if (failure === undefined || !isCutShort(error)) failure = error;
        throw failure;
      });

    return retry(tryInTime, {
      retries: repeatable ? retries : 0,
      mayRetry: () => !isTrial,
      deadlineMs: lastStartMs,
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

const noTimeLeft = () =>
  new AppError('unavailable', 'HTTP_DEADLINE', 'the deadline leaves no time for a try', {
    retryable: false,
  });

const isCutShort = (error: unknown): boolean =>
  error instanceof AppError && error.code === 'HTTP_DEADLINE';
