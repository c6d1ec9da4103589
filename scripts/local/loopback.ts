import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Listening {
  port: number;
  servers: readonly Server[];
}

/** A port can be free on one address and taken on the other. With port 0, another port is tried this often. */
const ATTEMPTS = 20;
const HIGHEST_PORT = 65_535;
/** Error codes of a machine without IPv6. */
const ABSENT = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL']);

/**
 * Listens on a port of both loopback addresses. `localhost` is 127.0.0.1 or ::1, depending on the caller's resolver, and
 * another program on one of the addresses would receive some of the requests.
 * @param wanted 0 means any free port
 * @throws Error with the code `EADDRINUSE` when the port is taken on one of the addresses
 */
export const listenOnLoopback = async (
  wanted: number,
  listener: RequestListener,
): Promise<Listening> => {
  for (let attempt = 1; ; attempt += 1) {
    const first = await listenOn('127.0.0.1', wanted, listener);
    const { port } = first.address() as AddressInfo;
    try {
      const second = await listenOn('::1', port, listener);
      return { port, servers: [first, second] };
    } catch (error) {
      if (ABSENT.has(codeOf(error) ?? '')) return { port, servers: [first] };
      await closeServer(first);
      if (wanted !== 0 || attempt === ATTEMPTS || !isTaken(error)) throw error;
    }
  }
};

/** The next port above `after` that is free on both addresses. @throws Error when there is none */
export const nextFreePort = async (after: number): Promise<number> => {
  for (let port = after + 1; port <= HIGHEST_PORT; port += 1) {
    const listening = await listenOnLoopback(port, () => {}).catch(unlessTaken);
    if (listening === undefined) continue;
    await Promise.all(listening.servers.map(closeServer));
    return port;
  }
  throw new Error(`no port above ${after} is free`);
};

/** Whether listening failed because another program has the port. */
export const isTaken = (error: unknown): boolean => codeOf(error) === 'EADDRINUSE';

/** Returns `undefined` for the error that another program has the port. @throws every other error */
export const unlessTaken = (error: unknown): undefined => {
  if (!isTaken(error)) throw error;
};

export const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
  });

const listenOn = (host: string, port: number, listener: RequestListener) =>
  new Promise<Server>((resolve, reject) => {
    const server = createServer(listener);
    server.once('error', reject).listen({ host, port, ipv6Only: true }, () => resolve(server));
  });

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code;
