import * as z from 'zod/mini';
import { idempotent } from '#handlers/web-api/idempotent.ts';
import { operation } from '#handlers/web-api/operation.ts';
import { createMessage } from './create-message.ts';

/** Creates a message. A repeated request with the same idempotency key creates no second message. */
export const postMessage = idempotent(
  'createMessage',
  operation({ body: z.unknown() }, (request, deps) => createMessage(request.body, request, deps)),
);
