import type { FetchLike } from '@modelcontextprotocol/client';
import { AppError } from '#lib/platform/errors.ts';
import { messageOf } from '#scripts/command.ts';
import { line } from '#scripts/printable.ts';

export interface FetchBounds {
  /** The only origin that requests may go to. */
  origin: string;
  /** For the whole answer. Milliseconds. */
  timeoutMs: number;
}

/**
 * A `fetch` for one origin, with a timeout and without redirects.
 * @throws AppError `invalid` / `ORIGIN_NOT_ALLOWED`; `unavailable` / `HTTP_CONNECTION`, and `HTTP_TIMEOUT`, which is not
 * retryable, because the server may still do the work
 */
export const boundedFetch =
  ({ origin, timeoutMs }: FetchBounds): FetchLike =>
  async (url, init) => {
    const target = new URL(url);
    if (target.origin !== origin) {
      const sentence = line`the server names an address of ${target.origin}, not of ${origin}`;
      throw new AppError('invalid', 'ORIGIN_NOT_ALLOWED', sentence);
    }
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      return await fetch(target, { ...init, redirect: 'error', signal });
    } catch (cause) {
      throw signal.aborted
        ? new AppError('unavailable', 'HTTP_TIMEOUT', `no answer within ${timeoutMs / 1_000} s`, {
            cause,
            retryable: false,
          })
        : new AppError(
            'unavailable',
            'HTTP_CONNECTION',
            line`cannot reach ${origin}: ${messageOf(cause)}`,
            { cause },
          );
    }
  };

/** The text of an answer. @throws AppError `invalid` / `RESPONSE_TOO_LARGE` */
export const boundedText = async (response: Response, maxBytes: number): Promise<string> => {
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const part of response.body ?? []) {
    sizeBytes += part.byteLength;
    if (sizeBytes > maxBytes) {
      throw new AppError('invalid', 'RESPONSE_TOO_LARGE', `an answer over ${maxBytes} bytes`);
    }
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
};
