import { setTimeout as sleep } from 'node:timers/promises';
import type { Ntfy } from '#scripts/local/ntfy-server.ts';

/**
 * Wait until the server has one more hanging request. Then a test ends the try, so a slow machine does not end it
 * earlier.
 */
export const oneMoreHangs = async ({
  ntfy,
  signal,
}: {
  ntfy: Ntfy;
  signal?: AbortSignal | undefined;
}) => {
  const before = ntfy.hung;
  while (ntfy.hung === before) await sleep(2, undefined, signal ? { signal } : {});
};

/** A `fetch` that times out when the server hangs. */
export const patientFetch = (ntfy: Ntfy, url: string, init: RequestInit): Promise<Response> => {
  const limit = new AbortController();
  const over = new AbortController();
  const hangs = oneMoreHangs({ ntfy, signal: over.signal });
  hangs.then(
    () => limit.abort(new DOMException('it hangs', 'TimeoutError')),
    () => {},
  );
  return fetch(url, { ...init, signal: limit.signal }).finally(() => over.abort());
};
