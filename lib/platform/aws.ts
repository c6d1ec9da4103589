import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

const CONNECT_TIMEOUT_MS = 1_000;
const REQUEST_TIMEOUT_MS = 3_000;
const MAX_SOCKETS = 50;

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
