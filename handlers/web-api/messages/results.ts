import * as z from 'zod/mini';
import { readCursor } from '#handlers/web-api/cursor.ts';
import { operation } from '#handlers/web-api/operation.ts';
import { PAGING, paginationOf, requireCursorKey } from '#handlers/web-api/paging.ts';
import { requireMessage } from '#lib/entry/require-message.ts';
import { stage } from '#lib/platform/env.ts';

const ResultsQuery = z.strictObject(PAGING);

/** The results of the runs of a web action. A message of another type has none. */
export const getResults = operation(
  { query: ResultsQuery },
  async ({ params, query, cursorKey }, { find, listResults }) => {
    const key = requireCursorKey(cursorKey);
    const { limit, cursor } = query;
    const scope = ['results', stage, params.id];
    const after = cursor === undefined ? undefined : readCursor(cursor, scope, key);
    const { id } = await requireMessage(params.id ?? '', find);
    const { results, next } = await listResults(id, { limit, after });
    return {
      status: 200,
      body: {
        data: results,
        pagination: paginationOf(next, { limit, scope, key }),
        count: results.length,
      },
    };
  },
);
