import { lookup as systemLookup } from 'node:dns';
import { type ClientRequest, Agent as HttpAgent, request as startHttp } from 'node:http';
import { Agent as HttpsAgent, request as startHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { TLSSocket } from 'node:tls';
import { type Clock, SECOND_MS, systemClock } from '#lib/platform/clock.ts';
import { withSent } from '#lib/platform/errors.ts';
import { onlyPublic } from './addresses.ts';
import type { AllowedOrigins } from './allowed-origins.ts';
import { deadlineError, timeoutError, toAppError } from './client-errors.ts';
import { checkRequestHeaders } from './request-headers.ts';
import { type HttpResponse, readResponse } from './response.ts';

export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  url: string;
  headers?: Record<string, string>;
  body?: string;
  /** The try ends at this time at the latest. Milliseconds since the Unix epoch. */
  deadlineMs: number;
  /** Timeout of this try, from the DNS lookup to the last byte. Default: the client's timeout. Milliseconds. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

/**
 * Sends a request once. It returns a response of any status, and does not follow redirects. Errors contain no part of
 * path, query, headers or bodies, because these may contain secrets. Every error says in `sent` whether the service may
 * have received any part of the request: not before the connection is established, TLS included.
 * @throws AppError `unavailable` / `HTTP_TIMEOUT`, `HTTP_CONNECTION`: the service or the connection failed
 * @throws AppError `unavailable` / `HTTP_DEADLINE`: the caller's deadline or signal ended the try
 * @throws AppError `unavailable` / `ADDRESS_NOT_PUBLIC`: an address is not public; there was no connection
 * @throws AppError `invalid` / `ORIGIN_NOT_ALLOWED`, `REQUEST_MALFORMED`: the request was not sent
 * @throws AppError `invalid` / `RESPONSE_TOO_LARGE`
 */
export type HttpClient = (request: HttpRequest) => Promise<HttpResponse>;

/** Pools of connections. Local origins have their own pools, because their addresses are not checked. */
export type Agents = Readonly<Record<'public' | 'local', { http: HttpAgent; https: HttpsAgent }>>;

export interface HttpClientOptions {
  allowed: AllowedOrigins;
  /** Timeout of one try, from the DNS lookup to the last byte. Milliseconds. */
  timeoutMs?: number;
  /** Timeout until the connection is established, including TLS. Milliseconds. */
  connectTimeoutMs?: number;
  /** The largest body. Bytes. */
  maxResponseBytes?: number;
  clock?: Clock;
  /** Resolves host names like `lookup` of `node:dns`. */
  lookup?: LookupFunction;
  /** By default all clients of a process share their pools, so that a new client uses existing connections. */
  agents?: Agents;
}

/** Idle connections are closed after this time. A frozen Lambda does not see the server close the connection. */
const IDLE_MS = 15 * SECOND_MS;

const pools = () => {
  const options = { keepAlive: true, timeout: IDLE_MS };
  return {
    http: new HttpAgent(options),
    https: new HttpsAgent({ ...options, minVersion: 'TLSv1.2', rejectUnauthorized: true }),
  };
};

export const newAgents = (): Agents => ({ public: pools(), local: pools() });

const SHARED = newAgents();

/** An HTTP client that connects only to allowed origins, and only to public addresses unless the origin is local. */
export const httpClient = ({
  allowed,
  timeoutMs: ownTimeoutMs = 10 * SECOND_MS,
  connectTimeoutMs = 5 * SECOND_MS,
  maxResponseBytes = 1024 * 1024,
  clock = systemClock,
  lookup = systemLookup,
  agents = SHARED,
}: HttpClientOptions): HttpClient => {
  const publicLookup = onlyPublic(lookup);

  const start = ({ method, url, headers = {}, body }: HttpRequest): ClientRequest => {
    const { tls, host, port, path, local } = allowed.targetOf(url);
    checkRequestHeaders(headers);
    const pool = agents[local ? 'local' : 'public'];
    const options = {
      method,
      host,
      port,
      path,
      // For every method: Node sends the body of a DELETE without a length.
      headers:
        body === undefined ? headers : { ...headers, 'content-length': Buffer.byteLength(body) },
      lookup: local ? lookup : publicLookup,
    };
    const started = tls
      ? startHttps({ ...options, agent: pool.https })
      : startHttp({ ...options, agent: pool.http });
    return started.end(body);
  };

  return async (request) => {
    const { deadlineMs, timeoutMs = ownTimeoutMs, signal } = request;
    const leftMs = deadlineMs - clock.now();
    if (leftMs <= 0 || signal?.aborted) throw withSent(deadlineError(), false);
    const started = start(request);
    let isConnected = false;
    const settled = new AbortController();

    return new Promise<HttpResponse>((resolve, reject) => {
      const fail = (error: unknown) => {
        if (settled.signal.aborted) return;
        settled.abort();
        started.destroy();
        reject(withSent(toAppError(error), isConnected));
      };
      const succeed = (response: HttpResponse) => {
        settled.abort();
        resolve(response);
      };
      const afterDelay = (ms: number, then: () => void) => {
        clock.sleep(ms, settled.signal).then(then, () => {});
      };

      started.on('error', fail);
      started.on('close', () => fail(new Error('the connection closed')));
      started.on('response', (response) => readResponse(response, maxResponseBytes, succeed, fail));
      signal?.addEventListener('abort', () => fail(deadlineError()), { signal: settled.signal });
      if (leftMs <= timeoutMs) afterDelay(leftMs, () => fail(deadlineError()));
      else afterDelay(timeoutMs, () => fail(timeoutError('no response', timeoutMs)));
      whenConnected(started, () => {
        isConnected = true;
      });
      afterDelay(connectTimeoutMs, () => {
        if (!isConnected) fail(timeoutError('no connection', connectTimeoutMs));
      });
    });
  };
};

const whenConnected = (started: ClientRequest, then: () => void): void => {
  started.once('socket', (socket) => {
    if (started.reusedSocket) then();
    else socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', then);
  });
};
