import * as z from 'zod/mini';
import { readCursor } from '#handlers/web-api/cursor.ts';
import { operation } from '#handlers/web-api/operation.ts';
import { PAGING, paginationOf, requireCursorKey } from '#handlers/web-api/paging.ts';
import { iso } from '#lib/platform/clock.ts';
import { stage } from '#lib/platform/env.ts';
import { scheduleIdOf } from './schedule-operations.ts';

const FiresQuery = z.strictObject(PAGING);

export const getFires = operation(
  { query: FiresQuery },
  async ({ params, query, cursorKey }, { clock, schedules }) => {
    const key = requireCursorKey(cursorKey);
    const id = scheduleIdOf(params);
    const { limit, cursor } = query;
    const scope = ['fires', stage, id];
    const { find, pastFires } = schedules;
    const after = cursor === undefined ? undefined : readCursor(cursor, scope, key);
    const beforeMs = after === undefined ? clock.now() : Date.parse(after.created_date);
    const { fires, nextMs } = await pastFires(await find(id), { beforeMs, limit });
    const next = nextMs === undefined ? undefined : { id, created_date: iso(nextMs) };
    return {
      status: 200,
      body: {
        data: fires,
        pagination: paginationOf(next, { limit, scope, key }),
        count: fires.length,
      },
    };
  },
);
