import { createServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Server,
  type Socket,
} from 'node:net';
import { onTestFinished } from 'vitest';
import type { Certificate } from './certificate.ts';

export interface Loopback {
  /** `http://127.0.0.1:<port>` */
  origin: string;
  port: number;
  /** Every connection, in order. */
  connections: Socket[];
}

/** An HTTP server on a free port. It stops at the end of the test. */
export const httpServer = (listener: RequestListener): Promise<Loopback> =>
  listening(createServer(listener));

/** The same with TLS. */
export const httpsServer = (
  certificate: Certificate,
  listener: RequestListener,
): Promise<Loopback> => listening(createHttpsServer(certificate, listener));

/** A TCP server that sends what `onConnection` writes. */
export const tcpServer = (onConnection: (socket: Socket) => void): Promise<Loopback> =>
  listening(
    createTcpServer((socket) => {
      socket.on('error', () => {});
      onConnection(socket);
      socket.resume();
    }),
  );

const listening = async (server: Server): Promise<Loopback> => {
  const connections: Socket[] = [];
  server.on('connection', (socket) => connections.push(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        for (const socket of connections) socket.destroy();
        server.close(() => resolve());
      }),
  );
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, port, connections };
};
