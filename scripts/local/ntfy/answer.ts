import type { ServerResponse } from 'node:http';

/** What the server says to one request; `follow` keeps the connection open and goes on talking. */
export interface Answer {
  status: number;
  type: string;
  body: string;
  follow?: (response: ServerResponse) => void;
}

/** Longer answers are chunked. Bytes. */
const MAX_UNCHUNKED_BYTES = 2_048;

export const json = (status: number, body: string): Answer => ({
  status,
  type: 'application/json',
  body,
});

export const send = (response: ServerResponse, { status, type, body, follow }: Answer): void => {
  response.statusCode = status;
  response.setHeader('Content-Type', type);
  const sizeBytes = Buffer.byteLength(body);
  if (follow === undefined && sizeBytes <= MAX_UNCHUNKED_BYTES) {
    response.setHeader('Content-Length', sizeBytes);
  }
  if (body === '') response.flushHeaders();
  else response.write(body);
  if (follow === undefined) response.end();
  else follow(response);
};
