import * as z from 'zod/mini';
import { readCursor } from '#handlers/web-api/cursor.ts';
import { operation } from '#handlers/web-api/operation.ts';
import { paginationOf, pagingUpTo, requireCursorKey } from '#handlers/web-api/paging.ts';
import type { MessageFilter } from '#lib/data/messages/message-lists.ts';
import { requireMessage } from '#lib/entry/require-message.ts';
import type { Message } from '#lib/messages/message.ts';
import { CALLER_FIELDS } from '#lib/messages/message-schema.ts';
import { MESSAGE_TYPES } from '#lib/messages/routes.ts';
import { STATUSES } from '#lib/messages/transitions.ts';
import { stage } from '#lib/platform/env.ts';
import { InstantMs } from '#lib/platform/instant.ts';

/** The maximum number of messages of a page. A page also ends at 4 MB. */
const MAX_LIMIT = 1_000;

/** `created_after` includes its instant and `created_before` does not, so that adjacent time windows do not overlap. */
const ListQuery = z.strictObject({
  stage: z.optional(z.enum(['dev', 'stage', 'prod'])),
  status: z.optional(z.enum(STATUSES)),
  message_type: z.optional(z.enum(MESSAGE_TYPES)),
  created_by: z.optional(z.string().check(z.minLength(1), z.maxLength(200))),
  correlation_id: z.optional(CALLER_FIELDS.correlation_id),
  created_after: z.optional(InstantMs),
  created_before: z.optional(InstantMs),
  ...pagingUpTo(MAX_LIMIT),
});

/** A message in a response. It has its id also as `message_id`, the name in other interfaces. */
export const shownMessage = (message: Message) => ({ message_id: message.id, ...message });

export const getMessage = operation({}, async ({ params }, { find }) => ({
  status: 200,
  body: shownMessage(await requireMessage(params.id ?? '', find)),
}));

export const getMessages = operation(
  { query: ListQuery },
  async ({ query, cursorKey }, { list }) => {
    const key = requireCursorKey(cursorKey);
    const { limit, cursor, ...filter } = query;
    const scope = [stage, ...Object.entries(filter).sort()];
    const after = cursor === undefined ? undefined : readCursor(cursor, scope, key);
    const page =
      filter.stage === undefined || filter.stage === stage
        ? await list(filterOf(filter), { limit, after })
        : { messages: [] };
    return {
      status: 200,
      body: {
        data: page.messages.map(shownMessage),
        pagination: {
          ...paginationOf(page.next, { limit, scope, key }),
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
  correlation_id,
  created_after,
  created_before,
}: Omit<z.output<typeof ListQuery>, 'limit' | 'cursor'>): MessageFilter => ({
  stage,
  status,
  message_type,
  created_by,
  correlation_id,
  createdFromMs: created_after,
  createdBeforeMs: created_before,
});
