import { setTimeout as sleep } from 'node:timers/promises';
import type { Ntfy } from '#scripts/local/ntfy-server.ts';

/** Until the server lets one more request hang, which is when a test gives up: on a slow machine not sooner. */
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

/** A `fetch` whose time is up once the server lets it hang. */
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
