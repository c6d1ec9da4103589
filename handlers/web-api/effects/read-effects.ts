import * as z from 'zod/mini';
import { readCursor } from '#handlers/web-api/cursor.ts';
import { operation } from '#handlers/web-api/operation.ts';
import { PAGING, paginationOf, requireCursorKey } from '#handlers/web-api/paging.ts';
import type { EffectPosition } from '#lib/data/effects/effect-lists.ts';
import type { Position } from '#lib/data/messages/message-lists.ts';
import { EFFECT_STATUSES } from '#lib/effects/effect-schema.ts';
import { stage } from '#lib/platform/env.ts';
import { requireEffect } from './require-effect.ts';

const ListQuery = z.strictObject({ status: z.optional(z.enum(EFFECT_STATUSES)), ...PAGING });

/** Effects, the newest change first. */
export const getEffects = operation(
  { query: ListQuery },
  async ({ query, cursorKey }, { effects }) => {
    const key = requireCursorKey(cursorKey);
    const { limit, cursor, status } = query;
    const scope = ['effects', stage, status ?? ''];
    const after = cursor === undefined ? undefined : placeOf(readCursor(cursor, scope, key));
    const page = await effects.list({ status, limit, after });
    const next = page.next && positionOf(page.next);
    return {
      status: 200,
      body: {
        data: page.effects,
        pagination: paginationOf(next, { limit, scope, key }),
        count: page.effects.length,
      },
    };
  },
);

export const getEffect = operation({}, async ({ params }, { effects }) => ({
  status: 200,
  body: await requireEffect(params, effects.find),
}));

/** A cursor has the names of a message's position. */
const positionOf = ({ effect_id, updated_date }: EffectPosition): Position => ({
  id: effect_id,
  created_date: updated_date,
});

const placeOf = ({ id, created_date }: Position): EffectPosition => ({
  effect_id: id,
  updated_date: created_date,
});
