import { bookTeeTime } from './golf/book-tee-time.ts';
import { cancelReservation } from './golf/cancel-reservation.ts';
import { fetchReservations } from './golf/fetch-reservations.ts';
import { searchTeeTimes } from './golf/search-tee-times.ts';
import { callEndpoint } from './http/call-endpoint.ts';
import type { ActionOperation } from './operation.ts';
import { getForecast } from './weather/get-forecast.ts';

/** Every operation. The first one of an action is the default. A new operation is one file, and its line here. */
export const OPERATIONS: readonly ActionOperation[] = [
  getForecast,
  searchTeeTimes,
  bookTeeTime,
  fetchReservations,
  cancelReservation,
  callEndpoint,
];

/** The operation with that name or alias; without a name, the first one of the action. */
export const findOperation = (
  action: string,
  name?: string,
  operations = OPERATIONS,
): ActionOperation | undefined =>
  operations
    .filter((one) => one.action === action)
    .find(
      ({ operation, aliases = [] }) =>
        name === undefined || operation === name || aliases.includes(name),
    );
