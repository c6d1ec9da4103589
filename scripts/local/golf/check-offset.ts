import { DAY_MS, MINUTE_MS } from '#lib/platform/clock.ts';
import type { GolfCall } from './golf-call.ts';
import { opaqueRefusalError } from './golf-refusal.ts';
import { todayOf } from './release.ts';

/**
 * Checks `x-timezone-offset`: the minutes that the course's zone is behind UTC on the day of one of the local times.
 * @throws GolfRefusal 400
 */
export const checkOffset = ({ request, zone }: GolfCall, ...localTimesMs: number[]): void => {
  const offsets = localTimesMs.flatMap((localMs) => {
    const dayMs = Math.floor(localMs / DAY_MS) * DAY_MS;
    const instants = [dayMs, dayMs + DAY_MS].flatMap(zone.instantsOf);
    return instants.map((utcMs) => `${-zone.offsetAt(utcMs) / MINUTE_MS}`);
  });
  if (offsets.includes(request.headers['x-timezone-offset'] ?? '')) return;
  throw opaqueRefusalError(`x-timezone-offset must be ${[...new Set(offsets)].join(' or ')}`);
};

/** The same for a call about tee times: the offset of their day, or of today. @throws GolfRefusal 400 */
export const checkOffsetOrToday = (call: GolfCall, ...localTimesMs: number[]): void =>
  checkOffset(call, todayOf(call), ...localTimesMs);
