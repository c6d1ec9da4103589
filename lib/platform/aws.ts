import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

const CONNECT_TIMEOUT_MS = 1_000;
const REQUEST_TIMEOUT_MS = 3_000;
const MAX_SOCKETS = 50;
/** A client of the configuration waits this long for a response. Milliseconds. */
const SHORT_TIMEOUT_MS = 1_500;

/**
 * The configuration of every AWS client: keep-alive connections and short, bounded attempts. The SDK reads the endpoint
 * of the local AWS from the environment.
 */
export const clientConfig = () => ({
  maxAttempts: 3,
  requestHandler: {
    connectionTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // `requestTimeout` ends with the head of the response. The body can still stall.
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

/**
 * The configuration of clients that read parameters and secrets: two short attempts, because the last good value is better
 * than a long wait.
 */
export const configClientConfig = () => {
  const { requestHandler, ...rest } = clientConfig();
  return {
    ...rest,
    maxAttempts: 2,
    requestHandler: {
      ...requestHandler,
      requestTimeout: SHORT_TIMEOUT_MS,
      socketTimeout: SHORT_TIMEOUT_MS,
    },
  };
};
