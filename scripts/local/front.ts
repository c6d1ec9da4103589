/** One address for everything that the platform serves: the HTTP API without a path prefix, as at its host in AWS. */
import type { RequestListener } from 'node:http';
import { forward, respondWithError } from './forward.ts';
import { refusalOf } from './guard.ts';
import { closeServer, isTaken, listenOnLoopback, nextFreePort } from './loopback.ts';

export interface FrontOptions {
  /** 0 means any free port. */
  port: number;
  /** How long the API may be silent. Milliseconds. Default: a little longer than API Gateway waits for a function. */
  timeoutMs?: number;
  /** Largest body of a request. Bytes. Default: the limit of API Gateway. */
  maxBodyBytes?: number;
}

/** The API that the front forwards requests to. */
export interface Gateway {
  /** Base address of the HTTP API in the local AWS. */
  url: string;
  /** Other origins whose pages may call the API, compared exactly. */
  allowedOrigins: readonly string[];
}

export interface Front {
  /** `http://localhost:7070` */
  url: string;
  /** Forwards requests from now on. Before this call, every response is 503. */
  open: (gateway: Gateway) => void;
  /** Accepts no more requests, waits a moment for running ones, then closes their connections. */
  stop: () => Promise<void>;
}

/** The port of the platform on this machine, unless `PORT` names another one. */
export const FRONT_PORT = 7070;

const GRACE_MS = 2_000;
const IDLE_CHECK_INTERVAL_MS = 20;
/** Within this time a whole request must arrive. */
const REQUEST_TIMEOUT_MS = 60_000;

/**
 * Listens on the loopback addresses, forwards requests, and refuses those that foreign pages send.
 * @throws Error with a command that works, when another program has the port
 */
export const startFront = async ({
  port: wanted,
  timeoutMs = 35_000,
  maxBodyBytes = 10 * 1024 * 1024,
}: FrontOptions): Promise<Front> => {
  let gateway: Gateway | undefined;

  const listener: RequestListener = (request, response) => {
    const reason = refusalOf(request, gateway?.allowedOrigins);
    if (reason !== undefined) {
      const message = `the front refuses this request: ${reason}`;
      return respondWithError(response, { status: 403, code: 'FORBIDDEN', message });
    }
    if (gateway === undefined) {
      const message = 'the platform is still starting';
      return respondWithError(response, { status: 503, code: 'SERVICE_UNAVAILABLE', message });
    }
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
      // A connection whose last request ends now would otherwise stay open for the next request.
      const idle = setInterval(() => {
        for (const server of servers) server.closeIdleConnections();
      }, IDLE_CHECK_INTERVAL_MS);
      const timer = setTimeout(() => {
        for (const server of servers) server.closeAllConnections();
      }, GRACE_MS);
      await closed;
      clearInterval(idle);
      clearTimeout(timer);
    },
  };
};

/** The port that the variable `PORT` names. @throws Error for a value that is not a port */
export const frontPort = (value: string | undefined): number => {
  if (value === undefined || value === '') return FRONT_PORT;
  const port = Number(value);
  if (/^\d{1,5}$/.test(value) && port <= 65_535) return port;
  throw new Error(`PORT must be a number from 1 to 65535, as in PORT=${FRONT_PORT} make dev`);
};
