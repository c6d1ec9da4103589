import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

const CONNECT_TIMEOUT_MS = 1_000;
const REQUEST_TIMEOUT_MS = 3_000;
const MAX_SOCKETS = 50;

/**
 * What every AWS client is made with: kept connections and short, bounded tries. The endpoint comes from the
 * environment, which is how the local AWS is reached.
 */
export const clientConfig = () => ({
  maxAttempts: 3,
  requestHandler: {
    connectionTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // The one above ends with the head of the answer; a body may still stop halfway.
    socketTimeout: REQUEST_TIMEOUT_MS,
    throwOnRequestTimeout: true,
    httpAgent: new HttpAgent({ keepAlive: true, maxSockets: MAX_SOCKETS }),
    httpsAgent: new HttpsAgent({
      keepAlive: true,
      maxSockets: MAX_SOCKETS,
      minVersion: 'TLSv1.2',
    }),
  },
});

interface Stacked {
  middlewareStack: { remove: (name: string) => boolean };
}

/**
 * A client that tells no logger of its calls. We give it none, but it prepares what it would tell all the same: a copy
 * of every request and answer, a thirtieth of what a worker does for a message.
 */
export const untold = <Client extends Stacked>(client: Client): Client => {
  client.middlewareStack.remove('loggerMiddleware');
  return client;
};
