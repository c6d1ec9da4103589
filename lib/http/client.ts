import { lookup as systemLookup } from 'node:dns';
import { type ClientRequest, Agent as HttpAgent, request as startHttp } from 'node:http';
import { Agent as HttpsAgent, request as startHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { TLSSocket } from 'node:tls';
import { type Clock, SECOND_MS, systemClock } from '#lib/platform/clock.ts';
import { onlyPublic } from './addresses.ts';
import type { AllowedOrigins } from './allowed-origins.ts';
import { asAppError, cutShort, timedOut } from './failures.ts';
import { checkRequestHeaders } from './request-headers.ts';
import { type HttpResponse, readResponse } from './response.ts';

export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  url: string;
  headers?: Record<string, string>;
  body?: string;
  /** The try ends by then. Milliseconds since the Unix epoch. */
  deadlineMs: number;
  /** For this try, from the name's look-up to the last byte, in place of the client's own. Milliseconds. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

/**
 * One try. Every status is an answer, a redirect too: none is followed. No error holds a word of path, query, headers
 * or bodies: they carry secrets.
 * @throws AppError `unavailable` / `HTTP_TIMEOUT`, `HTTP_CONNECTION`: the service, or the way to it, failed
 * @throws AppError `unavailable` / `HTTP_DEADLINE`: the caller's deadline or signal cut the try short
 * @throws AppError `unavailable` / `ADDRESS_NOT_PUBLIC`: the name leads to an address that is not public; not connected
 * @throws AppError `invalid` / `ORIGIN_NOT_ALLOWED`, `REQUEST_MALFORMED`: not sent
 * @throws AppError `invalid` / `RESPONSE_TOO_LARGE`
 */
export type HttpClient = (request: HttpRequest) => Promise<HttpResponse>;

/** Pools of connections. Those to local origins are apart, because their addresses are not checked. */
export type Agents = Readonly<Record<'public' | 'local', { http: HttpAgent; https: HttpsAgent }>>;

export interface HttpClientOptions {
  allowed: AllowedOrigins;
  /** For one try, from the name's look-up to the last byte. Milliseconds. */
  timeoutMs?: number;
  /** Until the connection stands, TLS included. Milliseconds. */
  connectTimeoutMs?: number;
  /** Of the body. */
  maxResponseBytes?: number;
  clock?: Clock;
  /** Looks names up as `lookup` of `node:dns` does. */
  lookup?: LookupFunction;
  /** All clients of a process share theirs unless told otherwise, so that a new client finds the old connections. */
  agents?: Agents;
}

/** A connection that idled longer may be dead without our knowing: a function that is frozen hears no goodbye. */
const IDLE_MS = 15 * SECOND_MS;

const pools = () => {
  const kept = { keepAlive: true, timeout: IDLE_MS };
  return {
    http: new HttpAgent(kept),
    https: new HttpsAgent({ ...kept, minVersion: 'TLSv1.2', rejectUnauthorized: true }),
  };
};

export const newAgents = (): Agents => ({ public: pools(), local: pools() });

const SHARED = newAgents();

/** An HTTP client that connects to allowed origins only, and to public addresses only unless the origin is local. */
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
      // Said here for every method: without it a DELETE's body would follow unannounced.
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
    if (leftMs <= 0 || signal?.aborted) throw cutShort();
    const sent = start(request);
    const settled = new AbortController();

    return new Promise<HttpResponse>((resolve, reject) => {
      const fail = (error: unknown) => {
        if (settled.signal.aborted) return;
        settled.abort();
        sent.destroy();
        reject(asAppError(error));
      };
      const succeed = (response: HttpResponse) => {
        settled.abort();
        resolve(response);
      };
      const after = (ms: number, then: () => void) => {
        clock.sleep(ms, settled.signal).then(then, () => {});
      };

      sent.on('error', fail);
      sent.on('close', () => fail(new Error('the connection closed')));
      sent.on('response', (response) => readResponse(response, maxResponseBytes, succeed, fail));
      signal?.addEventListener('abort', () => fail(cutShort()), { signal: settled.signal });
      if (leftMs <= timeoutMs) after(leftMs, () => fail(cutShort()));
      else after(timeoutMs, () => fail(timedOut('no answer', timeoutMs)));
      let isConnected = false;
      whenConnected(sent, () => {
        isConnected = true;
      });
      after(connectTimeoutMs, () => {
        if (!isConnected) fail(timedOut('no connection', connectTimeoutMs));
      });
    });
  };
};

const whenConnected = (sent: ClientRequest, then: () => void): void => {
  sent.once('socket', (socket) => {
    if (sent.reusedSocket) then();
    else socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', then);
  });
};
