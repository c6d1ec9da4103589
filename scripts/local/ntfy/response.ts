import type { ServerResponse } from 'node:http';

/** The response to one request. `follow` keeps the connection open and writes more to it. */
export interface NtfyResponse {
  status: number;
  type: string;
  body: string;
  follow?: (response: ServerResponse) => void;
}

/** Longer responses are chunked. Bytes. */
const MAX_UNCHUNKED_BYTES = 2_048;

export const jsonResponse = (status: number, body: string): NtfyResponse => ({
  status,
  type: 'application/json',
  body,
});

export const writeResponse = (
  response: ServerResponse,
  { status, type, body, follow }: NtfyResponse,
): void => {
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
