import { operation } from '#handlers/web-api/operation.ts';
import { PreviewBody, previewFires } from '#lib/schedules/preview-fires.ts';

/** The next fires of a schedule. It is validated like a new schedule and not stored. */
export const postPreview = operation({ body: PreviewBody }, async ({ body }, { clock }) => ({
  status: 200,
  body: previewFires(body, clock.now()),
}));
