import type { Verdict } from '#lib/http/breaker/breaker-rules.ts';
import type { Breaker } from '#lib/http/breaker/circuit-breaker.ts';
import { type Clock, SECOND_MS, systemClock } from '#lib/platform/clock.ts';
import { AppError, withSent } from '#lib/platform/errors.ts';
import type { HttpClient, HttpRequest } from './client.ts';
import type { HttpResponse } from './response.ts';
import { retry } from './retry.ts';
import { retryAfterMs } from './retry-after.ts';

export interface OutboundRequest extends HttpRequest {
  /** Whether the request may be sent again when the result of the first try is unknown. */
  repeatable: boolean;
}

export interface OutboundOptions {
  client: HttpClient;
  breaker: Pick<Breaker, 'guard'>;
  /** The longest time that one try of `client` takes. Milliseconds. */
  tryMs: number;
  /** Retries after the first try. Count. */
  retries?: number;
  clock?: Clock;
  /** What a response says about the service, for the breaker. By default its status decides. */
  judge?: (response: HttpResponse) => Verdict;
  /**
   * The error that a response stands for. When it returns `undefined`, the status decides. `retryable` and
   * `retryAfterMs` of the error control the retries. `requestedMs` is the value of the header Retry-After.
   */
  responseError?: (response: HttpResponse, requestedMs: number | undefined) => AppError | undefined;
}

/** The time that the breaker may need for a try, in addition to the try itself. Milliseconds. */
const BREAKER_MS = SECOND_MS;

/**
 * Calls a service through its breaker, and retries repeatable requests until the deadline.
 * A try begins only if it can use its whole timeout before the deadline. Then a service that hangs fails every try with a
 * timeout: the breaker counts the failure, and the caller gets that error instead of its own deadline.
 * The trial of a half-open breaker is not retried.
 * `sent` of an error is true as soon as one try of the call may have reached the service.
 * @returns the response, except for 429, 5xx and responses for which `responseError` returns an error
 * @throws AppError as `HttpClient` and `Breaker.guard`; `HTTP_DEADLINE` only when no earlier try failed in another way
 * @throws AppError `unavailable` / `HTTP_429`, `HTTP_5XX`, with `retryAfterMs` from the header Retry-After
 */
export const outbound =
  ({ client, breaker, tryMs, retries = 3, clock = systemClock, ...options }: OutboundOptions) =>
  ({ repeatable, ...request }: OutboundRequest): Promise<HttpResponse> => {
    const { judge, responseError } = options;
    const lastStartMs = request.deadlineMs - tryMs - BREAKER_MS;
    let isTrial = false;
    let wasSent = false;
    let failure: unknown;

    const send = async (): Promise<HttpResponse> => {
      try {
        const response = await client(request);
        wasSent = true;
        return response;
      } catch (error) {
        wasSent ||= !isUnsent(error);
        throw error;
      }
    };

    const tryOnce = async (): Promise<HttpResponse> => {
      if (clock.now() > lastStartMs) throw noTimeLeftError();
      const response = await breaker.guard((admission) => {
        isTrial = admission.trial !== undefined;
        return send();
      }, judge);
      const requestedMs = retryAfterMs(response.headers['retry-after'], clock.now());
      const error =
        responseError?.(response, requestedMs) ?? statusError(response.status, requestedMs);
      if (error) throw error;
      return response;
    };

    /** When the deadline ends a retry, throws the error of the try before it. */
    const tryWithReason = () =>
      tryOnce().catch((error: unknown) => {
        if (failure === undefined || !isDeadlineError(error)) failure = error;
        throw failure instanceof AppError ? withSent(failure, wasSent) : failure;
      });

    return retry(tryWithReason, {
      retries: repeatable ? retries : 0,
      mayRetry: () => !isTrial,
      deadlineMs: lastStartMs,
      signal: request.signal,
      clock,
    });
  };

const statusError = (status: number, requestedMs: number | undefined): AppError | undefined => {
  if (status !== 429 && status < 500) return undefined;
  const code = status === 429 ? 'HTTP_429' : 'HTTP_5XX';
  return new AppError('unavailable', code, `the service responded with ${status}`, {
    ...(requestedMs === undefined ? {} : { retryAfterMs: requestedMs }),
  });
};

const noTimeLeftError = () =>
  new AppError(
    'unavailable',
    'HTTP_DEADLINE',
    'there is not enough time for a try before the deadline',
    {
      retryable: false,
    },
  );

const isDeadlineError = (error: unknown): boolean =>
  error instanceof AppError && error.code === 'HTTP_DEADLINE';

const isUnsent = (error: unknown): boolean => error instanceof AppError && error.sent === false;
