import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ApiErrorCode } from '#middleware/http-errors.ts';
import { FRONT_HEADER } from './guard.ts';

export interface ForwardOptions {
  /** The path of the request is appended to this address. */
  baseUrl: string;
  /** How long the server may be silent. Milliseconds. */
  timeoutMs: number;
  /** Largest body of a request. Bytes. */
  maxBodyBytes: number;
}

/** An error response of the front itself. */
export interface FrontError {
  status: number;
  code: ApiErrorCode;
  message: string;
}

const UNREACHABLE: FrontError = {
  status: 502,
  code: 'SERVICE_UNAVAILABLE',
  message: 'the local AWS does not answer; its log is .local/dev/ministack.log',
};
const TOO_SLOW: FrontError = {
  status: 503,
  code: 'SERVICE_UNAVAILABLE',
  message: 'the API did not answer in time',
};
const TOO_LARGE: FrontError = {
  status: 413,
  code: 'PAYLOAD_TOO_LARGE',
  message: 'the body is larger than the gateway accepts',
};

/** Headers of one connection: RFC 9110, section 7.6.1. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Headers of a request that the front handles or sets itself. */
const OWN_HEADERS = new Set([
  ...Object.keys(FRONT_HEADER),
  'expect',
  'x-forwarded-for',
  'x-forwarded-port',
  'x-forwarded-proto',
]);

/**
 * Forwards a request and streams the response back, with its status, its headers (repeated ones included) and its body.
 * `Host` stays as the caller sent it. A failure becomes an error response, or closes the connection if the response has
 * begun. Never rejects.
 */
export const forward = async (
  incoming: IncomingMessage,
  response: ServerResponse,
  { baseUrl, timeoutMs, maxBodyBytes }: ForwardOptions,
): Promise<void> => {
  if (Number(incoming.headers['content-length'] ?? 0) > maxBodyBytes) {
    return respondWithError(response, TOO_LARGE);
  }
  let failure = UNREACHABLE;
  const { hostname, port, pathname } = new URL(baseUrl);
  const outgoing = request({
    hostname,
    port,
    // Concatenated as text, because resolving `//host` or `/..` would change the address.
    path: pathname + incoming.url,
    method: incoming.method ?? 'GET',
    headers: requestHeaders(incoming),
    // One connection per request: the local AWS may have closed a connection that was kept.
    agent: false,
    timeout: timeoutMs,
  });
  const responded = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve).once('error', reject);
  });
  outgoing.once('timeout', () => {
    failure = TOO_SLOW;
    outgoing.destroy(new Error('timeout'));
  });
  response.once('close', () => outgoing.destroy());
  const limit = limitTo(maxBodyBytes, () => {
    failure = TOO_LARGE;
    outgoing.destroy(new Error('the body is too large'));
  });

  // A response counts even if the server does not read the whole request.
  const sent = pipeline(incoming, limit, outgoing).catch(() => {});
  try {
    const answer = await responded;
    response.writeHead(answer.statusCode ?? 502, endToEndHeaders(answer));
    await pipeline(answer, response);
  } catch {
    if (response.headersSent) response.destroy();
    else respondWithError(response, failure);
  }
  await sent;
};

/** Responds with an error in the form of the API, and does not read the rest of the request. */
export const respondWithError = (
  response: ServerResponse,
  { status, code, message }: FrontError,
): void => {
  const headers = { 'Content-Type': 'application/json', Connection: 'close' };
  response.writeHead(status, headers).end(JSON.stringify({ error: { code, message } }));
};

const limitTo = (maxBytes: number, onExcess: () => void) => {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes <= maxBytes) return done(undefined, chunk);
      onExcess();
    },
  });
};

const requestHeaders = (incoming: IncomingMessage): string[] => {
  const { headers, socket } = incoming;
  const addresses = [headers['x-forwarded-for'] ?? [], socket.remoteAddress ?? []].flat();
  return [
    ...endToEndHeaders(incoming, OWN_HEADERS),
    ...Object.entries(FRONT_HEADER).flat(),
    ...['X-Forwarded-For', addresses.join(', ')],
    ...['X-Forwarded-Port', `${socket.localPort}`],
    ...['X-Forwarded-Proto', 'http'],
    // Without this header, Node would send the body of a GET without framing.
    ...(headers['transfer-encoding'] === undefined ? [] : ['Transfer-Encoding', 'chunked']),
  ];
};

/** Names and values in turn, in their order, without the headers of the connection and without those in `dropped`. */
const endToEndHeaders = (
  { rawHeaders, headers }: IncomingMessage,
  dropped: ReadonlySet<string> = new Set(),
): string[] => {
  const ofConnection = new Set((headers.connection ?? '').toLowerCase().split(/\s*,\s*/));
  const isDropped = (name: string) =>
    HOP_BY_HOP.has(name) || ofConnection.has(name) || dropped.has(name);
  return rawHeaders.flatMap((name, at) =>
    at % 2 === 1 || isDropped(name.toLowerCase()) ? [] : [name, rawHeaders[at + 1] ?? ''],
  );
};
