import type { IncomingMessage } from 'node:http';
import { responseTooLargeError } from './client-errors.ts';

export interface HttpResponse {
  status: number;
  /** Names in lower case. The values of a repeated header are joined by commas. */
  headers: Record<string, string>;
  body: string;
}

/** Reads the whole response and passes it to `succeed`, or passes an error to `fail`. */
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
    if (bytes > maxBytes) fail(responseTooLargeError());
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
