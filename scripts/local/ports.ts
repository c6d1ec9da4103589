import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below the ports that Linux (from 32768) and macOS (from 49152) give to outgoing connections. A server that restarts
 * at such a port can find it taken: by a connection, even by one that tries to reach the server itself.
 */
const PORTS = { from: 20_000, to: 32_000 };
const TRIES = 100;

/** A free port on 127.0.0.1 that the system does not give to outgoing connections. @throws Error when it finds none */
export const freePort = async (): Promise<number> => {
  for (let n = 0; n < TRIES; n += 1) {
    const port = randomInt(PORTS.from, PORTS.to);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port between ${PORTS.from} and ${PORTS.to}`);
};

/** Whether a port on 127.0.0.1 is free. */
export const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
