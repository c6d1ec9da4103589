import type { ApiSchedule } from '#handlers/web/app/api/responses.ts';

/** A fire of a schedule. */
export interface UpcomingFire {
  scheduleId: string;
  name: string;
  atMs: number;
}

/** Fires that are close to each other on the time line. */
export interface FireGroup {
  /** The position of the first fire: 0 is now, 1 is the end of the line. */
  position: number;
  fires: readonly UpcomingFire[];
}

const HOUR_MS = 60 * 60 * 1_000;
/** The length of the time line. Milliseconds. */
const LINE_MS = 24 * HOUR_MS;
/** A fire that is due stays until the schedule is read again. Milliseconds. */
const DUE_MS = 60_000;
/** Fires that are closer than this are one group. Milliseconds. */
const GROUP_MS = HOUR_MS;

/**
 * The fires within 24 hours, the earliest first.
 * @param times all fires of schedules by their ids; of a schedule without an entry, the next one is used
 */
export const upcomingFires = (
  schedules: readonly Pick<ApiSchedule, 'id' | 'name' | 'next_fire_at'>[],
  times: ReadonlyMap<string, readonly number[]>,
  nowMs: number,
): UpcomingFire[] =>
  schedules
    .flatMap(({ id, name, next_fire_at }) => {
      const next = next_fire_at === undefined ? [] : [Date.parse(next_fire_at)];
      return (times.get(id) ?? next).map((atMs) => ({ scheduleId: id, name, atMs }));
    })
    .filter(({ atMs }) => atMs > nowMs - DUE_MS && atMs <= nowMs + LINE_MS)
    .sort((a, b) => a.atMs - b.atMs || a.name.localeCompare(b.name));

/** The first of these fires of each schedule, and how many follow it. */
export const firstFires = (
  fires: readonly UpcomingFire[],
): (UpcomingFire & { followers: number })[] => {
  const first = new Map<string, UpcomingFire & { followers: number }>();
  for (const fire of fires) {
    const known = first.get(fire.scheduleId);
    if (known === undefined) first.set(fire.scheduleId, { ...fire, followers: 0 });
    else known.followers += 1;
  }
  return [...first.values()];
};

/** The groups of fires on the time line. */
export const groupFires = (fires: readonly UpcomingFire[], nowMs: number): FireGroup[] => {
  const groups: UpcomingFire[][] = [];
  for (const fire of fires) {
    const group = groups.at(-1);
    const [first] = group ?? [];
    if (group === undefined || first === undefined || fire.atMs - first.atMs >= GROUP_MS)
      groups.push([fire]);
    else group.push(fire);
  }
  return groups.map((group) => ({
    position: positionOf(group[0]?.atMs ?? nowMs, nowMs),
    fires: group,
  }));
};

/** The full hours of the viewer's clock at which the time line has a mark: every three hours. */
export const hourMarks = (nowMs: number): { position: number; atMs: number }[] => {
  const start = new Date(nowMs);
  start.setMinutes(0, 0, 0);
  return Array.from({ length: 24 }, (_, index) => start.getTime() + (index + 1) * HOUR_MS)
    .filter((atMs) => new Date(atMs).getHours() % 3 === 0)
    .map((atMs) => ({ position: positionOf(atMs, nowMs), atMs }));
};

const positionOf = (atMs: number, nowMs: number): number =>
  Math.min(1, Math.max(0, (atMs - nowMs) / LINE_MS));
