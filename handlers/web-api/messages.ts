import * as z from 'zod/mini';
import { requireFlag } from '#lib/config/flags.ts';
import type { MessageFilter } from '#lib/data/messages/message-lists.ts';
import { stage } from '#lib/env.ts';
import { AppError } from '#lib/errors.ts';
import { derivedMessageId, MESSAGE_ID, newMessageId } from '#lib/id.ts';
import { parseDraft } from '#lib/messages/draft.ts';
import { MESSAGE_TYPES, type Message } from '#lib/messages/message.ts';
import { newMessage } from '#lib/messages/new-message.ts';
import { STATUSES } from '#lib/messages/transitions.ts';
import { metricFields } from '#lib/metrics.ts';
import { makeCursor, readCursor } from './cursor.ts';
import { idempotent } from './idempotent.ts';
import { type ApiDeps, type ApiRequest, operation } from './operation.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 100;

const instant = z.pipe(
  z.iso.datetime({ offset: true, error: 'must be an ISO 8601 instant' }),
  z.transform((text) => Date.parse(text)),
);

const limit = z.pipe(
  z.string().check(z.regex(/^\d{1,3}$/, `must be 1 to ${MAX_LIMIT}`)),
  z.pipe(
    z.transform(Number),
    z
      .number()
      .check(
        z.minimum(1, `must be 1 to ${MAX_LIMIT}`),
        z.maximum(MAX_LIMIT, `must be 1 to ${MAX_LIMIT}`),
      ),
  ),
);

/** The query of a list. `created_after` includes its instant and `created_before` does not, so that windows tile. */
const ListQuery = z.strictObject({
  stage: z.optional(z.enum(['dev', 'stage', 'prod'])),
  status: z.optional(z.enum(STATUSES)),
  message_type: z.optional(z.enum(MESSAGE_TYPES)),
  created_by: z.optional(z.string().check(z.minLength(1), z.maxLength(200))),
  created_after: z.optional(instant),
  created_before: z.optional(instant),
  limit: z._default(limit, DEFAULT_LIMIT),
  cursor: z.optional(z.string()),
});

/** What a caller sees of a message: all of it, and its id under the name that other interfaces use, too. */
const shown = (message: Message) => ({ message_id: message.id, ...message });

export const postMessage = idempotent(
  'createMessage',
  operation({ body: z.unknown() }, async (request, { clock, find, produce }) => {
    const { body, caller, correlationId, flags, log, origin } = request;
    const nowMs = clock.now();
    const draft = parseDraft(body, { stage, nowMs });
    requireFlag(flags, 'manual-messages', [caller.replace(/^user:/, ''), draft.message_type]);
    const fresh = newMessage(
      draft,
      {
        id: origin ? derivedMessageId(origin.atMs, 'request', origin.name) : newMessageId(nowMs),
        created_by: caller,
        correlation_id: draft.correlation_id ?? correlationId,
      },
      { stage, nowMs },
    );
    const message = await produce(fresh, log).catch((error) =>
      madeBefore(fresh.id, error, { origin, find }),
    );
    const { message_type, created_by } = message;
    const detail = { MessageType: message_type, CreatedBy: created_by };
    return {
      status: 201,
      headers: { Location: `/api/messages/${message.id}` },
      body: shown(message),
      logged: {
        message_id: message.id,
        message_type,
        ...metricFields({ MessagesCreated: 1 }, { nowMs, detail }),
      },
    };
  }),
);

/** What the try before this one put, and nobody heard of. @throws `error` when it is not about that */
const madeBefore = async (
  id: string,
  error: unknown,
  { origin, find }: Pick<ApiDeps, 'find'> & Pick<ApiRequest, 'origin'>,
): Promise<Message> => {
  const isTaken = error instanceof AppError && error.code === 'MESSAGE_EXISTS';
  const message = isTaken && origin ? await find(id) : undefined;
  if (message === undefined) throw error;
  return message;
};

export const getMessage = operation({}, async ({ params }, { find }) => {
  const { id = '' } = params;
  if (!MESSAGE_ID.test(id)) {
    throw new AppError('invalid', 'VALIDATION_ERROR', 'the path is not valid', {
      details: [{ path: 'id', problem: 'is not the id of a message' }],
    });
  }
  const message = await find(id);
  if (!message) throw new AppError('not-found', 'MESSAGE_NOT_FOUND', `there is no message ${id}`);
  return { status: 200, body: shown(message) };
});

export const listMessages = operation(
  { query: ListQuery },
  async ({ query, cursorKey }, { list }) => {
    if (cursorKey === undefined) {
      throw new AppError(
        'unavailable',
        'CONFIG_UNAVAILABLE',
        'parameter cursor-key cannot be read',
      );
    }
    const { limit, cursor, ...asked } = query;
    const scope = [stage, ...Object.entries(asked).sort()];
    const after = cursor === undefined ? undefined : readCursor(cursor, scope, cursorKey);
    const page =
      asked.stage === undefined || asked.stage === stage
        ? await list(filterOf(asked), { limit, after })
        : { messages: [] };
    return {
      status: 200,
      body: {
        data: page.messages.map(shown),
        pagination: {
          limit,
          cursor: page.next === undefined ? null : makeCursor(page.next, scope, cursorKey),
          has_more: page.next !== undefined,
          ...(page.searchedUntil === undefined ? {} : { searched_until: page.searchedUntil }),
        },
        count: page.messages.length,
      },
    };
  },
);

const filterOf = ({
  status,
  message_type,
  created_by,
  created_after,
  created_before,
}: Omit<z.output<typeof ListQuery>, 'limit' | 'cursor'>): MessageFilter => ({
  stage,
  status,
  message_type,
  created_by,
  createdFromMs: created_after,
  createdBeforeMs: created_before,
});
