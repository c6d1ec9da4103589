import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FRONT_HEADER } from './guard.ts';

export interface ForwardOptions {
  /** The request goes to this address with its own path appended. */
  baseUrl: string;
  /** The server may be silent for this long. Milliseconds. */
  timeoutMs: number;
  /** Largest body of a request. Bytes. */
  maxBodyBytes: number;
}

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

/** Headers of a request that are answered or set here. */
const OURS = new Set([
  ...Object.keys(FRONT_HEADER),
  'expect',
  'x-forwarded-for',
  'x-forwarded-port',
  'x-forwarded-proto',
]);

/**
 * Send a request on and stream back the answer: its status, its headers with repeated ones, its body as it comes.
 * `Host` stays what the caller sent. A failure is answered as API Gateway answers it, or ends the connection when the
 * answer has begun. Never rejects.
 */
export const forward = async (
  incoming: IncomingMessage,
  response: ServerResponse,
  { baseUrl, timeoutMs, maxBodyBytes }: ForwardOptions,
): Promise<void> => {
  if (Number(incoming.headers['content-length'] ?? 0) > maxBodyBytes) return refuseSize(response);
  let failed: () => void = () => refuse(response, 502, 'the local AWS does not answer');
  const { hostname, port, pathname } = new URL(baseUrl);
  const outgoing = request({
    hostname,
    port,
    // Appended as text: resolving `//host` or `/..` would lead elsewhere.
    path: pathname + incoming.url,
    method: incoming.method ?? 'GET',
    headers: requestHeaders(incoming),
    // A connection for each request: the local AWS may have closed one that was kept.
    agent: false,
    timeout: timeoutMs,
  });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve).once('error', reject);
  });
  outgoing.once('timeout', () => {
    failed = () => refuse(response, 503, 'Service Unavailable');
    outgoing.destroy(new Error('timeout'));
  });
  response.once('close', () => outgoing.destroy());
  const limit = limitTo(maxBodyBytes, () => {
    failed = () => refuseSize(response);
    outgoing.destroy(new Error('the body is too large'));
  });

  // An answer counts even when the server does not read the whole request.
  const sent = pipeline(incoming, limit, outgoing).catch(() => {});
  try {
    const answer = await answered;
    response.writeHead(answer.statusCode ?? 502, endToEnd(answer));
    await pipeline(answer, response);
  } catch {
    if (response.headersSent) response.destroy();
    else failed();
  }
  await sent;
};

/** Answer as the gateway itself does, and leave the rest of the request unread. */
export const refuse = (response: ServerResponse, status: number, message: string): void => {
  const headers = { 'Content-Type': 'application/json', Connection: 'close' };
  response.writeHead(status, headers).end(JSON.stringify({ message }));
};

const refuseSize = (response: ServerResponse) => refuse(response, 413, 'Request Entity Too Large');

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
    ...endToEnd(incoming, OURS),
    ...Object.entries(FRONT_HEADER).flat(),
    ...['X-Forwarded-For', addresses.join(', ')],
    ...['X-Forwarded-Port', `${socket.localPort}`],
    ...['X-Forwarded-Proto', 'http'],
    // Without it, Node would send the body of a GET unframed.
    ...(headers['transfer-encoding'] === undefined ? [] : ['Transfer-Encoding', 'chunked']),
  ];
};

/** Names and values by turns, as they came, without headers of the connection and without `others`. */
const endToEnd = (
  { rawHeaders, headers }: IncomingMessage,
  others: ReadonlySet<string> = new Set(),
): string[] => {
  const named = new Set((headers.connection ?? '').toLowerCase().split(/\s*,\s*/));
  const isDropped = (name: string) => HOP_BY_HOP.has(name) || named.has(name) || others.has(name);
  return rawHeaders.flatMap((name, at) =>
    at % 2 === 1 || isDropped(name.toLowerCase()) ? [] : [name, rawHeaders[at + 1] ?? ''],
  );
};
