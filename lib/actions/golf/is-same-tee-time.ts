import type { Zone } from '#lib/platform/zone.ts';
import type { ListedReservation } from './read-reservations.ts';

/**
 * Whether a reservation is for the same local time and as many players. Sites leave out the offset, so a time that occurs
 * twice is the same both times.
 */
export const isSameTeeTime = (
  reservation: Pick<ListedReservation, 'startMs' | 'players'>,
  { startMs, zone }: { startMs: number; zone: Zone },
  { players }: { players: number },
): boolean =>
  reservation.players === players &&
  reservation.startMs + zone.offsetAt(reservation.startMs) === startMs + zone.offsetAt(startMs);
