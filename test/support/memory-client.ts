import type { HttpClient, HttpRequest } from '#lib/http/client.ts';
import type { HttpResponse } from '#lib/http/response.ts';
import { type Clock, SECOND_MS } from '#lib/platform/clock.ts';
import { AppError, withSent } from '#lib/platform/errors.ts';
import type { Wire } from './wire.ts';

export interface MemoryClientOptions {
  wire: Wire;
  /** The clock of the world. */
  clock: Clock;
  /** What the server does with a request. It may never resolve. */
  respond: (request: HttpRequest) => HttpResponse | Promise<HttpResponse>;
}

const TRY_TIMEOUT_MS = 10 * SECOND_MS;

/**
 * The connection of a container to a server in memory, behind the simulated network. Deadlines are times of the container's
 * clock.
 */
export const memoryClient =
  ({ wire, clock, respond }: MemoryClientOptions) =>
  (own: Clock): HttpClient =>
  async (request) => {
    const { method, deadlineMs, timeoutMs = TRY_TIMEOUT_MS, signal } = request;
    const leftMs = deadlineMs - own.now();
    if (signal?.aborted || leftMs <= 0) throw withSent(deadlineError(), false);
    const answered = new AbortController();
    const apply = async () => {
      // A client that times out destroys its socket. Data that was not sent by then is never sent.
      if (answered.signal.aborted) throw new Error('the socket is gone');
      return respond(request);
    };
    const late = clock.sleep(Math.min(timeoutMs, leftMs), answered.signal).then(() => {
      if (leftMs <= timeoutMs) throw deadlineError();
      throw new AppError('unavailable', 'HTTP_TIMEOUT', 'no answer in time');
    });
    late.catch(() => {});
    try {
      return await Promise.race([wire.call(`http:${method}`, apply, { signal }), late]);
    } catch (cause) {
      if (cause instanceof AppError) throw cause;
      if (signal?.aborted) throw deadlineError(cause);
      throw new AppError('unavailable', 'HTTP_CONNECTION', 'no answer', { cause });
    } finally {
      answered.abort();
    }
  };

const deadlineError = (cause?: unknown) =>
  new AppError('unavailable', 'HTTP_DEADLINE', 'cut short', { cause });
