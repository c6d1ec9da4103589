import type { IncomingMessage } from 'node:http';
import { AppError } from '#lib/platform/errors.ts';

export interface FetchKeysOptions {
  /** The address of the key set. It must be https, unless its origin is local. */
  url: string;
  /** Origins that may use plain http: those of the local stack. */
  localOrigins: readonly string[];
  /** Timeout of the fetch, from the DNS lookup to the last byte. Milliseconds. */
  timeoutMs?: number;
  maxBytes?: number;
}

/** The text of a key set. @throws AppError `unavailable` / `KEYS_UNAVAILABLE` */
export type FetchKeys = () => Promise<string>;

/**
 * Fetches a key set in one try, without following redirects. It does not use `lib/http`, which would make the
 * authorizer's bundle too large: its checks are for addresses that operators write, and this address comes from
 * Terraform. Node's modules are loaded with the first fetch. The connection is closed, because the next fetch is a day
 * later.
 * @throws Error at the start of the function for a URL that is neither https nor of a local origin
 */
export const keyFetcher = ({
  url,
  localOrigins,
  timeoutMs = 1_500,
  maxBytes = 64 * 1024,
}: FetchKeysOptions): FetchKeys => {
  const { protocol, origin } = new URL(url);
  const isTls = protocol === 'https:';
  if (!isTls && !localOrigins.includes(origin)) {
    throw new Error('the address of the key set is neither https nor of a local origin');
  }

  const open = (): Promise<IncomingMessage> => {
    const { get } = process.getBuiltinModule(isTls ? 'node:https' : 'node:http');
    const headers = { Accept: 'application/json' };
    const signal = AbortSignal.timeout(timeoutMs);
    return new Promise((resolve, reject) => {
      get(url, { agent: false, headers, signal }, resolve).on('error', reject);
    });
  };

  return async () => {
    try {
      const response = await open();
      if (response.statusCode !== 200) {
        response.destroy();
        throw new Error(`the status is ${response.statusCode}`);
      }
      const chunks: Buffer[] = [];
      let bytes = 0;
      for await (const chunk of response as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        // An error in the loop closes the connection.
        if (bytes > maxBytes) throw new Error(`the response is longer than ${maxBytes} bytes`);
        chunks.push(chunk);
      }
      return Buffer.concat(chunks).toString();
    } catch (cause) {
      throw new AppError('unavailable', 'KEYS_UNAVAILABLE', 'the key set cannot be fetched', {
        cause,
      });
    }
  };
};
