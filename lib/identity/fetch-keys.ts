import type { IncomingMessage } from 'node:http';
import { AppError } from '#lib/platform/errors.ts';

export interface FetchKeysOptions {
  /** Where the key set is. https, unless its origin is local. */
  url: string;
  /** Origins that may be plain http; the local stack's. */
  localOrigins: readonly string[];
  /** For the whole fetch, from the name's look-up to the last byte. Milliseconds. */
  timeoutMs?: number;
  maxBytes?: number;
}

/** The text of a key set. @throws AppError `unavailable` / `KEYS_UNAVAILABLE` */
export type FetchKeys = () => Promise<string>;

/**
 * One try to fetch a key set; no redirect is followed. Not `lib/http`: its checks are for addresses that operators
 * write, this one comes from Terraform, and the authorizer's bundle has no room for them. Node's own modules are loaded
 * with the first fetch. The connection is not kept, because the next fetch is a day away.
 * @throws Error for a URL that is neither https nor of a local origin, while the function starts
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
      const answer = await open();
      if (answer.statusCode !== 200) {
        answer.destroy();
        throw new Error(`the answer is ${answer.statusCode}`);
      }
      const chunks: Buffer[] = [];
      let bytes = 0;
      for await (const chunk of answer as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        // Leaving the loop destroys the connection.
        if (bytes > maxBytes) throw new Error(`the answer is longer than ${maxBytes} bytes`);
        chunks.push(chunk);
      }
      return Buffer.concat(chunks).toString();
    } catch (cause) {
      throw new AppError('unavailable', 'KEYS_UNAVAILABLE', 'the key set cannot be had', { cause });
    }
  };
};
