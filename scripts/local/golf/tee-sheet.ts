import { DAY_MS, HOUR_MS, MINUTE_MS } from '#lib/platform/clock.ts';
import type { Zone } from '#lib/platform/zone.ts';
import type { SiteCourse } from './site-course.ts';

/** One line of the tee sheet: up to four players who start together. */
export interface TeeTime {
  teeSheetId: number;
  /** Local time in milliseconds. */
  localMs: number;
  /** Milliseconds since the Unix epoch. */
  startMs: number;
  /** The most holes that can be played. */
  holes: 9 | 18;
  isWeekend: boolean;
  /** Seats that were booked elsewhere, such as by telephone. */
  takenSeats: readonly number[];
}

export const SEATS = [1, 2, 3, 4] as const;
const FIRST_MS = 7 * HOUR_MS;
const STEP_MS = 10 * MINUTE_MS;
const TEE_TIMES = 61;
/** From here on there is light for nine holes. Index. */
const FIRST_TWILIGHT = 48;
/** How many seats are taken, in turns. */
const TAKEN = [4, 3, 2, 1, 0, 0];
const IDS_PER_DAY = 100;
const IDS_PER_COURSE = 10_000_000;

/** The tee times of a local day, from 7:00 to 17:00. The same day always has the same ones. */
export const teeTimesOf = ({ courseId }: SiteCourse, zone: Zone, dayMs: number): TeeTime[] => {
  const day = Math.floor(dayMs / DAY_MS);
  return Array.from({ length: TEE_TIMES }, (_, index) => {
    const localMs = day * DAY_MS + FIRST_MS + index * STEP_MS;
    const [startMs = localMs] = zone.instantsOf(localMs);
    return {
      teeSheetId: courseId * IDS_PER_COURSE + day * IDS_PER_DAY + index,
      localMs,
      startMs,
      holes: index < FIRST_TWILIGHT ? 18 : 9,
      isWeekend: [0, 6].includes(new Date(localMs).getUTCDay()),
      takenSeats: SEATS.slice(0, TAKEN[(day * 3 + index * 7) % TAKEN.length]),
    };
  });
};

export const teeTimeOfId = (course: SiteCourse, zone: Zone, id: number): TeeTime | undefined => {
  const dayMs = Math.floor((id % IDS_PER_COURSE) / IDS_PER_DAY) * DAY_MS;
  return teeTimesOf(course, zone, dayMs).find(({ teeSheetId }) => teeSheetId === id);
};

/** `2026-07-06T14:30:00`, without offset. */
export const localTimeText = (localMs: number): string =>
  new Date(localMs).toISOString().slice(0, 19);
