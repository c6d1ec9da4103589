import { useRef } from 'preact/hooks';
import type { ApiSchedule } from '#handlers/web/app/api/responses.ts';
import { loadPreview } from '#handlers/web/app/schedules/load-preview.ts';
import { useResource } from '#handlers/web/app/state/use-resource.ts';
import { firesUntil } from './day-fires.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** Of more schedules, only the next fire is shown. */
const MAX_SCHEDULES = 30;

/** The fires of the coming day by the ids of the schedules. Has no entry for a schedule whose fires are not known. */
export type DayFires = ReadonlyMap<string, readonly number[]>;

/** Reads the fires of the coming day again when a schedule has fired or was changed. */
export const useDayFires = (schedules: readonly ApiSchedule[]): DayFires => {
  const soon = schedules
    .filter(({ next_fire_at }) => next_fire_at !== undefined)
    .slice(0, MAX_SCHEDULES);
  const key = soon.map(({ id, revision, next_fire_at }) => `${id} ${revision} ${next_fire_at}`);
  const { data } = useResource(`fires ${key.join()}`, async (signal) => {
    const nowMs = Date.now();
    const window = { nowMs, untilMs: nowMs + DAY_MS };
    const read = soon.map(async (schedule) => {
      // Without a preview, the next fire is shown.
      const times = await firesUntil(schedule, window, (body) => loadPreview(body, signal)).catch(
        () => undefined,
      );
      return times === undefined ? [] : [[schedule.id, times] as const];
    });
    return new Map((await Promise.all(read)).flat());
  });
  // While they are read again, those of before stay.
  const last = useRef(NONE);
  if (data !== undefined) last.current = data;
  return last.current;
};

const NONE: DayFires = new Map();
