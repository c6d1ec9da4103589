import { request } from '#handlers/web/app/api/request.ts';
import type { SchedulePreview } from '#handlers/web/app/api/responses.ts';
import type { PreviewRequest } from './preview-request.ts';

/** The next fires of an expression. */
export const loadPreview = async (
  body: PreviewRequest,
  signal: AbortSignal,
): Promise<SchedulePreview> =>
  (await request<SchedulePreview>('POST', '/api/schedules/preview', { body, signal })).body;
