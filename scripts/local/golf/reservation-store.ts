import { DAY_MS } from '#lib/platform/clock.ts';
import { type Random, randomText } from '#scripts/local/service/random-id.ts';
import { SEATS, type TeeTime } from './tee-sheet.ts';

export interface GolfReservation {
  reservationId: number;
  /** One for each player. */
  bookingIds: number[];
  confirmationKey: string;
  golferId: number;
  teeTime: TeeTime;
  seats: readonly number[];
  holes: number;
  /** Dollars. */
  total: number;
  /** The site lists the reservation from then on. Milliseconds since the Unix epoch. */
  listedFromMs: number;
}

const KEY_ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const dayOf = ({ localMs }: TeeTime): number => Math.floor(localMs / DAY_MS);

/** The reservations of a site. No id is used twice, even after `clear`. */
export const reservationStore = (random: Random) => {
  let reservations: GolfReservation[] = [];
  let lastReservationId = 5_000;
  let lastBookingId = 90_000;

  return {
    add: (
      reservation: Omit<GolfReservation, 'reservationId' | 'bookingIds' | 'confirmationKey'>,
    ): GolfReservation => {
      lastReservationId += 1;
      const bookingIds = reservation.seats.map((_, index) => lastBookingId + 1 + index);
      lastBookingId += bookingIds.length;
      const confirmationKey = randomText(random, KEY_ALPHABET, 8);
      const added = {
        ...reservation,
        reservationId: lastReservationId,
        bookingIds,
        confirmationKey,
      };
      reservations.push(added);
      return added;
    },
    remove: (reservationId: number) => {
      reservations = reservations.filter((one) => one.reservationId !== reservationId);
    },
    /** All reservations in the order in which they were made. */
    all: (): readonly GolfReservation[] => reservations,
    /** The seats of a tee time that nobody has. */
    freeSeats: ({ teeSheetId, takenSeats }: TeeTime): number[] => {
      const booked = reservations
        .filter(({ teeTime }) => teeTime.teeSheetId === teeSheetId)
        .flatMap(({ seats }) => seats);
      return SEATS.filter((seat) => ![...takenSeats, ...booked].includes(seat));
    },
    /** The reservations of a golfer on the day of a tee time. */
    onDayOf: (teeTime: TeeTime, golferId: number): GolfReservation[] =>
      reservations.filter(
        (one) => one.golferId === golferId && dayOf(one.teeTime) === dayOf(teeTime),
      ),
    clear: () => {
      reservations = [];
    },
  };
};

export type Reservations = ReturnType<typeof reservationStore>;
