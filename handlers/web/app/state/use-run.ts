import { useRef } from 'preact/hooks';
import { isApiError } from '#handlers/web/app/api/api-error.ts';
import { request } from '#handlers/web/app/api/request.ts';
import type { ApiRun } from '#handlers/web/app/api/responses.ts';
import { runMember } from '#handlers/web/app/messages/run-members.ts';
import { LIVE_POLL_MS, type Resource, RUN_POLL_MS, useResource } from './use-resource.ts';

/** New children can appear for so long after the end of the last message, because an index lags. Milliseconds. */
const LAG_MS = 15_000;

/**
 * The run of a message, read every second while it is open. When the viewer goes on to another message of the same run, the
 * run is not loaded again.
 */
export const useRun = (id: string): Resource<ApiRun> => {
  /** The message by which the run is read, and the run. */
  const anchor = useRef<{ id: string; run: ApiRun | undefined }>({ id, run: undefined });
  const { run } = anchor.current;
  if (anchor.current.id !== id && (run === undefined || runMember(run, id) === undefined)) {
    anchor.current = { id, run: undefined };
  }
  const by = anchor.current.id;
  const resource = useResource(
    `run:${by}`,
    async (signal) =>
      (await request<ApiRun>('GET', `/api/messages/${encodeURIComponent(by)}/run`, { signal }))
        .body,
    { pollMs: pollMsOf },
  );
  anchor.current.run = resource.data;
  return resource;
};

const pollMsOf = (run: ApiRun | undefined, error: unknown): number | undefined => {
  // What does not exist does not appear later.
  if (isApiError(error) && error.status === 404) return undefined;
  if (run === undefined) return LIVE_POLL_MS;
  const isRecent = run.ended_at === null || Date.now() - Date.parse(run.ended_at) < LAG_MS;
  return isRecent ? RUN_POLL_MS : LIVE_POLL_MS;
};
