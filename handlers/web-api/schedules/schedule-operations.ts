import * as z from 'zod/mini';
import { readCursor } from '#handlers/web-api/cursor.ts';
import { idempotent } from '#handlers/web-api/idempotent.ts';
import { type ApiRequest, invalidRequestError, operation } from '#handlers/web-api/operation.ts';
import { PAGING, paginationOf, requireCursorKey } from '#handlers/web-api/paging.ts';
import { entityTagsIn } from '#lib/platform/entity-tags.ts';
import { stage } from '#lib/platform/env.ts';
import { AppError } from '#lib/platform/errors.ts';
import { derivedScheduleId, newScheduleId, SCHEDULE_ID } from '#lib/platform/id.ts';
import { parseSchedule } from '#lib/schedules/draft.ts';
import { shownSchedule } from '#lib/schedules/presence/shown-schedule.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import { SCHEDULE_STATUSES } from '#lib/schedules/schedule-schema.ts';
import { checkTarget } from './check-target.ts';

/** Deleted schedules are listed only on request. */
const LISTED = SCHEDULE_STATUSES.filter((status) => status !== 'deleted');

const ListQuery = z.strictObject({
  status: z.optional(z.enum(SCHEDULE_STATUSES)),
  created_by: z.optional(z.string().check(z.minLength(1), z.maxLength(200))),
  ...PAGING,
});

export const getSchedules = operation(
  { query: ListQuery },
  async ({ query, cursorKey }, { clock, schedules }) => {
    const key = requireCursorKey(cursorKey);
    const { limit, cursor, status, created_by } = query;
    const scope = ['schedules', stage, ...Object.entries({ status, created_by }).sort()];
    const after = cursor === undefined ? undefined : readCursor(cursor, scope, key);
    const { findSchedulePage } = schedules;
    const statuses = status === undefined ? LISTED : [status];
    const page = await findSchedulePage({ statuses, created_by }, { limit, after });
    const nowMs = clock.now();
    return {
      status: 200,
      body: {
        data: page.schedules.map((row) => shownSchedule(row, nowMs)),
        pagination: paginationOf(page.next, { limit, scope, key }),
        count: page.schedules.length,
      },
    };
  },
);

export const postSchedule = idempotent(
  'createSchedule',
  operation({ body: z.unknown() }, async (request, deps) => {
    const { body, caller, origin, log } = request;
    const { clock, schedules } = deps;
    const nowMs = clock.now();
    const draft = parseSchedule(body, { stage, nowMs });
    await checkTarget(draft, request, deps);
    const id = origin
      ? derivedScheduleId(origin.atMs, 'request', origin.name)
      : newScheduleId(nowMs);
    const { create } = schedules;
    const row = await create(draft, { id, createdBy: caller }, { clock, log });
    const { headers, ...response } = scheduleResponse(row, clock.now());
    return {
      ...response,
      status: 201,
      headers: { ...headers, Location: `/api/schedules/${id}` },
    };
  }),
);

export const getSchedule = operation({}, async ({ params }, { clock, schedules }) => {
  const { find } = schedules;
  return scheduleResponse(await find(scheduleIdOf(params)), clock.now());
});

export const putSchedule = operation({ body: z.unknown() }, async (request, deps) => {
  const { body, params, ifMatch, log } = request;
  const { clock, schedules } = deps;
  const id = scheduleIdOf(params);
  const { find, findAny, update } = schedules;
  const before = await findAny(id);
  const draft = parseSchedule(body, { stage, nowMs: clock.now(), before });
  await checkTarget(draft, request, deps);
  const revision = await revisionOf(ifMatch, () => find(id));
  const row = await update(id, draft, { clock, log }, { revision });
  return scheduleResponse(row, clock.now());
});

export const removeSchedule = operation(
  {},
  async ({ params, ifMatch, log }, { clock, schedules }) => {
    const id = scheduleIdOf(params);
    const { find, remove } = schedules;
    const revision = await revisionOf(ifMatch, () => find(id));
    await remove(id, { clock, log }, { revision });
    return { status: 204, logged: { schedule_id: id } };
  },
);

/** The id of a schedule in a path. A malformed id is handled like an unknown one. @throws AppError `not-found` / `SCHEDULE_NOT_FOUND` */
export const scheduleIdOf = ({ id = '' }: Readonly<Record<string, string>>): string => {
  if (SCHEDULE_ID.test(id)) return id;
  throw new AppError('not-found', 'SCHEDULE_NOT_FOUND', 'there is no such schedule');
};

/** The response that contains one schedule. Its revision is the ETag. */
export const scheduleResponse = (row: Schedule, nowMs: number) => ({
  status: 200,
  headers: { ETag: `"${row.revision}"` },
  body: shownSchedule(row, nowMs),
  logged: { schedule_id: row.id, revision: row.revision },
});

/**
 * The revision that `If-Match` requires; `undefined` for `*` and without the header. The comparison is strong, as RFC 9110,
 * section 13.1.1, requires: a weak tag never matches. If the header has several tags, one of them must match.
 * @throws AppError `invalid` / `VALIDATION_ERROR`; `conflict` / `PRECONDITION_FAILED`; as `find`
 */
const revisionOf = async (
  ifMatch: ApiRequest['ifMatch'],
  find: () => Promise<Pick<Schedule, 'revision'>>,
): Promise<number | undefined> => {
  const tags = ifMatch === undefined ? '*' : entityTagsIn(ifMatch);
  if (tags === '*') return undefined;
  if (tags === undefined) {
    throw invalidRequestError('the headers are not valid', [
      { path: 'If-Match', problem: 'must be an ETag of the schedule, such as "3", or *' },
    ]);
  }
  const revisions = tags.flatMap(
    (tag) => /^"([1-9]\d{0,14})"$/.exec(tag)?.slice(1).map(Number) ?? [],
  );
  if (tags.length === 1 && revisions.length === 1) return revisions[0];
  const { revision } = await find();
  if (revisions.includes(revision)) return revision;
  const isWeak = tags.some((tag) => tag.startsWith('W/'));
  const why = isWeak ? '; a weak ETag never matches: send it without W/' : '';
  throw new AppError(
    'conflict',
    'PRECONDITION_FAILED',
    `the schedule is at revision ${revision}${why}`,
  );
};
