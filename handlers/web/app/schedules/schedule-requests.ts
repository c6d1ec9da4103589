import { request } from '#handlers/web/app/api/request.ts';
import type {
  ApiMessage,
  ApiSchedule,
  FireList,
  ScheduleList,
} from '#handlers/web/app/api/responses.ts';

const PAGE_SIZE = 100;
/** More schedules than this are not listed. At most a hundred are active. */
const MAX_PAGES = 5;

const pathOf = (id: string, action = ''): string =>
  `/api/schedules/${encodeURIComponent(id)}${action}`;

/** Every schedule, or the deleted ones. */
export const loadSchedules = async (
  status: 'deleted' | undefined,
  signal: AbortSignal,
): Promise<{ schedules: ApiSchedule[]; isComplete: boolean }> => {
  const schedules: ApiSchedule[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const options = { query: { status, cursor, limit: PAGE_SIZE }, signal };
    const { body } = await request<ScheduleList>('GET', '/api/schedules', options);
    schedules.push(...body.data);
    cursor = body.pagination.cursor ?? undefined;
    if (cursor === undefined) return { schedules, isComplete: true };
  }
  return { schedules, isComplete: false };
};

/** @throws ApiError `SCHEDULE_NOT_FOUND` */
export const loadSchedule = async (id: string, signal?: AbortSignal): Promise<ApiSchedule> =>
  (await request<ApiSchedule>('GET', pathOf(id), { signal })).body;

/**
 * A schedule, also a deleted one: the API has deleted schedules only in their list.
 * @throws ApiError `SCHEDULE_NOT_FOUND`
 */
export const loadAnySchedule = async (id: string, signal: AbortSignal): Promise<ApiSchedule> => {
  try {
    return await loadSchedule(id, signal);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    const { schedules } = await loadSchedules('deleted', signal);
    const deleted = schedules.find((one) => one.id === id);
    if (deleted === undefined) throw error;
    return deleted;
  }
};

const isNotFound = (error: unknown): boolean =>
  error instanceof Error && 'status' in error && error.status === 404;

/** @throws ApiError `NAME_TAKEN` and others */
export const requestCreation = async (
  body: unknown,
  idempotencyKey: string,
): Promise<ApiSchedule> => {
  const headers = { 'Idempotency-Key': idempotencyKey };
  return (await request<ApiSchedule>('POST', '/api/schedules', { body, headers })).body;
};

/** Replaces a schedule that has this revision. @throws ApiError `PRECONDITION_FAILED` if it has another one */
export const replaceSchedule = async (
  id: string,
  revision: number,
  body: unknown,
): Promise<ApiSchedule> => {
  const headers = { 'If-Match': `"${revision}"` };
  return (await request<ApiSchedule>('PUT', pathOf(id), { body, headers })).body;
};

/** @param until ISO 8601; empty for a pause without an end */
export const requestPause = (id: string, reason: string, until: string) =>
  request<ApiSchedule>('POST', pathOf(id, '/pause'), {
    body: { ...(reason === '' ? {} : { reason }), ...(until === '' ? {} : { until }) },
  });

export const requestResume = (id: string) =>
  request<ApiSchedule>('POST', pathOf(id, '/resume'), { body: {} });

/** Creates the message of a schedule now; once, however often it is requested with the same key. */
export const requestRun = async (id: string, idempotencyKey: string): Promise<ApiMessage> => {
  const headers = { 'Idempotency-Key': idempotencyKey };
  return (await request<ApiMessage>('POST', pathOf(id, '/run'), { body: {}, headers })).body;
};

/** Deletes a schedule that has this revision. */
export const requestDeletion = (id: string, revision: number) =>
  request('DELETE', pathOf(id), { headers: { 'If-Match': `"${revision}"` } });

/** One page of the past fires of a schedule, newest first. */
export const loadFires = async (
  id: string,
  query: { limit: number; cursor: string | undefined },
  signal: AbortSignal,
): Promise<FireList> =>
  (await request<FireList>('GET', pathOf(id, '/fires'), { query, signal })).body;
