import { TRANSPORT_FAULTS } from '#scripts/local/service/transport-faults.ts';

/** The faults of a golf course, with what its site then does. The faults of the transport affect the API alone. */
export const GOLF_FAULTS = {
  ...TRANSPORT_FAULTS,
  'answers 500 after committing': 'books or cancels, then answers 500',
  'cuts the connection after committing': 'books or cancels, then closes the connection',
  'commits late': 'answers 500 to a booking and carries it out ten minutes later',
  'lists bookings late': 'a new reservation is listed after ten minutes',
  'error in a 200': 'LockTeeTimes answers 200 with an error',
  'booking fails in a 200': 'ReserveTeeTimes answers 200 with reservationResult 0',
  'slot taken': 'LockTeeTimes answers 409',
  'not yet released': 'searching and locking answer 400 as before the release',
  'price drift': 'the calculated price is a quarter above the price of the search',
  'false NO_TEETIMES': 'the search answers NO_TEETIMES although there are tee times',
  'duplicate slots': 'the search lists every slot twice',
  'prices as text': 'prices in slots are strings',
  'slots without prices': 'slots have an empty list of prices',
  'times with offset': 'the times of slots and reservations have an offset',
  'hostile strings': 'texts contain markup, control characters and instructions',
  'refuses tokens': '401 for every token',
  'token endpoint fails': 'the token endpoint answers 500',
  'key set fails': 'the key set answers 500',
  'expires_in is 0': 'tokens last an hour and say 0 seconds',
  'tokens are expired': 'new tokens have already expired',
  'tokens of another key': 'new tokens are signed with a key that is not published',
  'tokens without golferId': 'new tokens lack the claim golferId',
} as const;

export type GolfFault = keyof typeof GOLF_FAULTS;
