import { DAY_MS, MINUTE_MS } from '#lib/platform/clock.ts';
import type { CourseState } from './golf-call.ts';
import { golfRefusalError } from './golf-refusal.ts';

/** The local midnight of today. Milliseconds. */
export const todayOf = ({ zone, clock }: Pick<CourseState, 'zone' | 'clock'>): number => {
  const localMs = clock.now() + zone.offsetAt(clock.now());
  return Math.floor(localMs / DAY_MS) * DAY_MS;
};

/** @throws GolfRefusal 400 while the tee times of a local day are not yet released */
export const requireReleased = (state: CourseState, localMs: number): void => {
  const { course, zone, clock, faults } = state;
  const [hours = 0, minutes = 0] = course.releaseTime.split(':').map(Number);
  const releaseMs = (hours * 60 + minutes) * MINUTE_MS;
  const localNowMs = clock.now() + zone.offsetAt(clock.now());
  const lastDayMs = todayOf(state) + course.daysInAdvance * DAY_MS;
  const isBefore = localNowMs - todayOf(state) < releaseMs;
  const lastReleasedMs = lastDayMs - (isBefore ? DAY_MS : 0);
  if (localMs < lastReleasedMs + DAY_MS && !faults.take('not yet released')) return;
  const text = 'Sorry, you are not able to book this tee time currently.';
  throw golfRefusalError(400, text, 'the day is not yet released');
};
