import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { vi } from 'vitest';

/** The environment of an invocation whose trace is sampled. */
export const SAMPLED = 'Root=1-67891233-abcdef012345678912345678;Parent=53995c3f42cd8ad8;Sampled=1';

export interface TraceDaemon {
  /** The documents so far, in the order of their arrival. */
  documents: string[];
  /** The correlation ids of the documents. */
  correlationIds: () => unknown[];
  stop: () => void;
}

/** A daemon as it listens beside a function, and the environment of an invocation that is sampled. */
export const startTraceDaemon = async (): Promise<TraceDaemon> => {
  const documents: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (bytes) => documents.push(bytes.toString()));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  vi.stubEnv('AWS_XRAY_DAEMON_ADDRESS', `127.0.0.1:${socket.address().port}`);
  vi.stubEnv('_X_AMZN_TRACE_ID', SAMPLED);
  return {
    documents,
    correlationIds: () =>
      documents.map((text) => JSON.parse(text.split('\n')[1] ?? '{}').annotations.correlation_id),
    stop: () => {
      vi.unstubAllEnvs();
      socket.close();
    },
  };
};
