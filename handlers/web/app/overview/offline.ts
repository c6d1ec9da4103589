import { isApiError, isUnreachable } from '#handlers/web/app/api/api-error.ts';
import type { Resource } from '#handlers/web/app/state/use-resource.ts';

type Read = Pick<Resource<unknown>, 'data' | 'error' | 'loadedAtMs'>;

/** Whether the platform cannot be reached at all: a request did not get through, or every read timed out. */
export const isOffline = (reads: readonly Read[]): boolean =>
  reads.some(({ error }) => isApiError(error) && error.code === 'OFFLINE') ||
  reads.every(({ error }) => isUnreachable(error));

/** When the oldest data that is shown was read; `undefined` when there is none. Milliseconds since the Unix epoch. */
export const oldestRead = (reads: readonly Read[]): number | undefined => {
  const times = reads.flatMap(({ loadedAtMs }) => (loadedAtMs === undefined ? [] : [loadedAtMs]));
  return times.length === 0 ? undefined : Math.min(...times);
};

/** A read without the notice that it is offline, for a page that says it once for all. Data that was never read stays an error. */
export const withoutOffline = <Data>(resource: Resource<Data>): Resource<Data> =>
  resource.data !== undefined && isUnreachable(resource.error)
    ? { ...resource, error: undefined }
    : resource;
