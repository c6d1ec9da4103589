import type { IncomingMessage } from 'node:http';
import { tooLarge } from './failures.ts';

export interface HttpResponse {
  status: number;
  /** Names in lower case; one that came more than once is joined by commas. */
  headers: Record<string, string>;
  body: string;
}

/** The body goes to `succeed` whole, or something else to `fail`. */
export const readResponse = (
  response: IncomingMessage,
  maxBytes: number,
  succeed: (response: HttpResponse) => void,
  fail: (error: unknown) => void,
): void => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    chunks.push(chunk);
    if (bytes > maxBytes) fail(tooLarge());
  });
  response.on('end', () =>
    succeed({
      status: response.statusCode ?? 0,
      headers: Object.fromEntries(
        Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
      ),
      body: Buffer.concat(chunks).toString('utf8'),
    }),
  );
};
