import { isApiError } from '#handlers/web/app/api/api-error.ts';
import { request } from '#handlers/web/app/api/request.ts';
import type { ApiApproval } from '#handlers/web/app/api/responses.ts';
import { LIVE_POLL_MS, type Resource, useResource } from '#handlers/web/app/state/use-resource.ts';

/** An approval, and when it expires by the clock of this device. */
export interface TimedApproval {
  approval: ApiApproval;
  /** Milliseconds since the Unix epoch. */
  expiresAtMs: number;
}

/** Reads an approval again and again until nothing about it changes any more. */
export const useApproval = (id: string): Resource<TimedApproval> =>
  useResource(
    `approval:${id}`,
    async (signal) => {
      const path = `/api/approvals/${encodeURIComponent(id)}`;
      const { body, headers } = await request<ApiApproval>('GET', path, { signal });
      return timedApproval(body, headers.get('Date'), Date.now());
    },
    {
      pollMs: (data, error) => {
        // What does not exist does not appear later.
        if (isApiError(error) && error.status === 404) return undefined;
        return data === undefined || isOpen(data.approval) ? LIVE_POLL_MS : undefined;
      },
    },
  );

const isOpen = ({ status }: ApiApproval) => status === 'pending' || status === 'approved';

/**
 * The clock of a phone can be wrong by minutes, so that an approval would seem to be expired. The difference to the clock of
 * the platform corrects this.
 * @param date the header `Date` of the response
 */
export const timedApproval = (
  approval: ApiApproval,
  date: string | null,
  nowMs: number,
): TimedApproval => {
  const aheadMs = nowMs - Date.parse(date ?? '');
  const isAhead = Math.abs(aheadMs) > TOLERANCE_MS;
  return { approval, expiresAtMs: Date.parse(approval.expires_at) + (isAhead ? aheadMs : 0) };
};

/** The header has whole seconds, and the response takes some time. */
const TOLERANCE_MS = 5_000;
