/** One address for everything that the platform serves: the HTTP API without a path prefix, as on a host of AWS. */
import type { RequestListener } from 'node:http';
import { forward, refuse } from './forward.ts';
import { refusalOf } from './guard.ts';
import { closeServer, isTaken, listenOnLoopback, nextFreePort } from './loopback.ts';

export interface FrontOptions {
  /** 0 takes a free one. */
  port: number;
  /** The API may be silent for this long. Milliseconds. Default: a little more than API Gateway waits for a function. */
  timeoutMs?: number;
  /** Largest body of a request. Bytes. Default: API Gateway's limit. */
  maxBodyBytes?: number;
}

/** What is behind the front. */
export interface Gateway {
  /** Base address of the HTTP API at the local AWS. */
  url: string;
  /** Pages of other origins that may call the API, exact. */
  allowedOrigins: readonly string[];
}

export interface Front {
  /** `http://localhost:7070` */
  url: string;
  /** Pass requests on from now on; before, every answer is 503. */
  open: (gateway: Gateway) => void;
  /** Accept no more requests, wait a moment for those that run, then cut them. */
  stop: () => Promise<void>;
}

/** Where the platform is on this machine, unless `PORT` says otherwise. */
export const FRONT_PORT = 7070;

const GRACE_MS = 2_000;
const LOOK_EVERY_MS = 20;
/** For a whole request to arrive. */
const REQUEST_TIMEOUT_MS = 60_000;

/**
 * Listen on the loopback addresses, pass requests on, refuse what foreign pages send.
 * @throws Error that says what to do when the port is taken
 */
export const startFront = async ({
  port: wanted,
  timeoutMs = 35_000,
  maxBodyBytes = 10 * 1024 * 1024,
}: FrontOptions): Promise<Front> => {
  let gateway: Gateway | undefined;

  const listener: RequestListener = (request, response) => {
    const reason = refusalOf(request, gateway?.allowedOrigins);
    if (reason !== undefined) return refuse(response, 403, `refused: ${reason}`);
    if (gateway === undefined) return refuse(response, 503, 'the platform is starting');
    void forward(request, response, { baseUrl: gateway.url, timeoutMs, maxBodyBytes });
  };

  const { port, servers } = await listenOnLoopback(wanted, listener).catch(async (cause) => {
    if (!isTaken(cause)) throw cause;
    const free = await nextFreePort(wanted);
    throw new Error(`port ${wanted} is taken. Use another one:\n\n  PORT=${free} make dev\n`, {
      cause,
    });
  });
  for (const server of servers) server.requestTimeout = REQUEST_TIMEOUT_MS;

  return {
    url: `http://localhost:${port}`,
    open: (opened) => {
      gateway = opened;
    },
    stop: async () => {
      const closed = Promise.all(servers.map(closeServer));
      // A connection whose last request ends now would stay open for the next one.
      const idle = setInterval(() => {
        for (const server of servers) server.closeIdleConnections();
      }, LOOK_EVERY_MS);
      const timer = setTimeout(() => {
        for (const server of servers) server.closeAllConnections();
      }, GRACE_MS);
      await closed;
      clearInterval(idle);
      clearTimeout(timer);
    },
  };
};

/** The port that `PORT` asks for. @throws Error for what is no port */
export const frontPort = (asked: string | undefined): number => {
  if (asked === undefined || asked === '') return FRONT_PORT;
  const port = Number(asked);
  if (/^\d{1,5}$/.test(asked) && port <= 65_535) return port;
  throw new Error(`PORT must be a number from 1 to 65535, as in PORT=${FRONT_PORT} make dev`);
};
