import * as z from 'zod/mini';
import { callApi } from './call-api.ts';
import type { TargetPlatform } from './target-platform.ts';

/** The fields of a schedule, as the API returns them, that commands use. */
const ListedScheduleFields = z.object({
  id: z.string(),
  name: z.string(),
  schedule_expression: z.string(),
  timezone: z.string(),
  status: z.string(),
  health: z.string(),
  execution_count: z.number(),
  next_fire_at: z.optional(z.string()),
});
export type ListedSchedule = z.output<typeof ListedScheduleFields>;

const Page = z.object({
  data: z.array(ListedScheduleFields),
  pagination: z.object({ cursor: z.nullish(z.string()), has_more: z.boolean() }),
});

const PAGE_SIZE = 100;
/** More schedules than a platform can have. */
const MAX_PAGES = 50;

/** Every schedule that is not deleted, newest first. @throws Error as `callApi` */
export const listSchedules = async (platform: TargetPlatform): Promise<ListedSchedule[]> => {
  const found: ListedSchedule[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const query = new URLSearchParams({
      limit: String(PAGE_SIZE),
      ...(cursor === undefined ? {} : { cursor }),
    });
    const { data, pagination } = await callApi(
      { ...platform, path: `/api/schedules?${query}` },
      Page,
    );
    found.push(...data);
    if (!pagination.has_more || !pagination.cursor) return found;
    ({ cursor } = pagination);
  }
  throw new Error(`there are more than ${MAX_PAGES * PAGE_SIZE} schedules`);
};
