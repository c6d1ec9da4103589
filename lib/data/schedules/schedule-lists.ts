import { QueryCommand } from 'dynamodb-toolbox/table/actions/query';
import { withStoreErrors } from '#lib/data/write.ts';
import type { Schedule, ScheduleStatus } from '#lib/schedules/schedule.ts';
import { SchedulesTable } from './schedule-entity.ts';
import { findSchedules } from './schedules.ts';

/** The position of a schedule in a list. */
export type SchedulePosition = Pick<Schedule, 'id' | 'created_date'>;

export interface ScheduleFilter {
  statuses: readonly ScheduleStatus[];
  created_by?: string | undefined;
}

export interface SchedulePage {
  schedules: Schedule[];
  /** Continue after this position; absent when there are no more schedules. */
  next?: SchedulePosition;
}

/** The maximum number of index entries of each status that one request reads. */
const MAX_READ = 1_000;
/** The minimum number of schedules of a creator that are read at once, because some of them have another status. */
const MIN_CHUNK = 20;
/** The maximum size of a page with more than one schedule. Bytes of JSON. */
const MAX_PAGE_BYTES = 4 * 1024 * 1024;

/**
 * A page of schedules, newest first. The schedules of a creator are one query. Otherwise each status is one query, and
 * the results are merged.
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`
 */
export const findSchedulePage = async (
  { statuses, created_by }: ScheduleFilter,
  { limit, after }: { limit: number; after?: SchedulePosition | undefined },
): Promise<SchedulePage> => {
  const schedules: Schedule[] = [];
  let sizeBytes = 0;
  const chunk = created_by === undefined ? limit : Math.max(limit, MIN_CHUNK);
  const partitions =
    created_by === undefined ? statuses.map((status) => ({ status })) : [{ created_by }];
  let from = after;
  for (let read = 0; read < MAX_READ; read += chunk) {
    const pages = await Promise.all(
      partitions.map((one) => positionsOf(one, { limit: chunk + 1, after: from })),
    );
    const positions = pages
      .flat()
      .sort(newestFirst)
      .slice(0, chunk + 1);
    // A schedule whose status changes between the queries is in two partitions.
    const ids = new Set(positions.map(({ id }) => id));
    for (const row of await findSchedules([...ids])) {
      if (!statuses.includes(row.status)) continue;
      if (created_by !== undefined && row.created_by !== created_by) continue;
      sizeBytes += Buffer.byteLength(JSON.stringify(row));
      const last = schedules.at(-1);
      if (last && (schedules.length === limit || sizeBytes > MAX_PAGE_BYTES)) {
        return { schedules, next: { id: last.id, created_date: last.created_date } };
      }
      schedules.push(row);
    }
    if (positions.length <= chunk) return { schedules };
    from = positions.at(-1);
  }
  return { schedules, ...(from ? { next: from } : {}) };
};

/** The ids of the schedules of a status, newest first, from the index, which lags. */
export const findScheduleIds = async (status: ScheduleStatus, limit: number): Promise<string[]> =>
  (await positionsOf({ status }, { limit })).map(({ id }) => id);

/** The number of active schedules, from the index, which lags. */
export const countActive = async (): Promise<number> => {
  const { Count } = await withStoreErrors(
    SchedulesTable.build(QueryCommand)
      .query({ index: 'status-created_date-index', partition: 'active' })
      .options({ select: 'COUNT' })
      .send(),
  );
  return Count ?? 0;
};

type Partition = { status: ScheduleStatus } | { created_by: string };

const positionsOf = async (
  of: Partition,
  { limit, after }: { limit: number; after?: SchedulePosition | undefined },
): Promise<SchedulePosition[]> => {
  const { Items } = await withStoreErrors(
    SchedulesTable.build(QueryCommand)
      .query(
        'status' in of
          ? { index: 'status-created_date-index', partition: of.status }
          : { index: 'created_by-index', partition: of.created_by },
      )
      .options({
        limit,
        reverse: true,
        ...(after
          ? { exclusiveStartKey: { ...of, id: after.id, created_date: after.created_date } }
          : {}),
      })
      .send(),
  );
  return (Items ?? []).map(({ id, created_date }) => ({
    id: String(id),
    created_date: String(created_date),
  }));
};

const newestFirst = (a: SchedulePosition, b: SchedulePosition) =>
  b.created_date.localeCompare(a.created_date) || b.id.localeCompare(a.id);
