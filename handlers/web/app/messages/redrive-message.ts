import { request } from '#handlers/web/app/api/request.ts';
import type { ApiMessage } from '#handlers/web/app/api/responses.ts';

/**
 * Sends a failed message through its queue again.
 * @throws ApiError `NOT_FAILED` for a message that is not failed, so a repeated request does nothing twice
 */
export const redriveMessage = async (id: string, reason: string): Promise<ApiMessage> => {
  const path = `/api/messages/${encodeURIComponent(id)}/redrive`;
  return (await request<ApiMessage>('POST', path, { body: { reason } })).body;
};
