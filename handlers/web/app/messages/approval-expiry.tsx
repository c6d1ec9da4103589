import { request } from '#handlers/web/app/api/request.ts';
import type { ApiApproval } from '#handlers/web/app/api/responses.ts';
import { Time } from '#handlers/web/app/parts/time.tsx';
import { useResource } from '#handlers/web/app/state/use-resource.ts';

/** Until when an approval can be decided. */
export const ApprovalExpiry = ({ id }: { id: string }) => {
  const path = `/api/approvals/${encodeURIComponent(id)}`;
  const { data, error } = useResource(
    path,
    async (signal) => (await request<ApiApproval>('GET', path, { signal })).body,
  );
  if (data !== undefined) return <Time at={data.expires_at} />;
  return error === undefined ? <>…</> : <>not known</>;
};
