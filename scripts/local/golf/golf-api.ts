import type { ServiceRequest } from '#scripts/local/service/service-request.ts';
import { htmlAnswer, jsonAnswer } from '#scripts/local/service/service-response.ts';
import type { Reaction } from '#scripts/local/service/transport-faults.ts';
import type { AccessTokens } from './access-tokens.ts';
import { calculatePrice } from './calculate-price.ts';
import { cancelBookings } from './cancel-bookings.ts';
import { describeRules } from './describe-rules.ts';
import type { CourseState, GolfOperation } from './golf-call.ts';
import { golfRefusalError } from './golf-refusal.ts';
import { headerCheck } from './header-check.ts';
import { issuerOf } from './identity-service.ts';
import { listReservations } from './list-reservations.ts';
import { listTeeTimes } from './list-tee-times.ts';
import { lockTeeTimes, unlockTeeTimes } from './lock-tee-times.ts';
import { registerTransaction } from './register-transaction.ts';
import { reserveTeeTimes } from './reserve-tee-times.ts';
import { shapeBody } from './shape-body.ts';

export const API_PATH = '/onlineres/onlineapi/api/v1/onlinereservation';

const OPERATIONS: ReadonlyMap<string, readonly [method: string, GolfOperation]> = new Map([
  ['RegisterTransactionId', ['POST', registerTransaction]],
  ['TeeTimes', ['GET', listTeeTimes]],
  ['LockTeeTimes', ['POST', lockTeeTimes]],
  ['UnLockTeeTimes', ['POST', unlockTeeTimes]],
  ['TeeTimePricesCalculation', ['POST', calculatePrice]],
  ['ReserveTeeTimes', ['POST', reserveTeeTimes]],
  ['UpcomingReservation', ['GET', listReservations]],
  ['CancelReservation', ['POST', cancelBookings]],
  ['BookingRuleModels', ['GET', describeRules]],
]);

/** The reservation API of a site. The answer to a request that is refused is thrown. */
export const golfApi = (state: CourseState, tokens: AccessTokens) => {
  const checkHeaders = headerCheck(state.course);
  const { faults, clock } = state;

  /** @throws GolfRefusal */
  return async (request: ServiceRequest): Promise<Reaction> => {
    const [method, operation] = OPERATIONS.get(request.path.slice(API_PATH.length + 1)) ?? [];
    if (operation === undefined) throw golfRefusalError(404, 'Not Found');
    if (request.method !== method) throw golfRefusalError(405, 'Method Not Allowed');
    checkHeaders(request);
    const golfer = await tokens.requireGolfer(request.headers.authorization, issuerOf(request));
    const answer = operation({ ...state, request, golfer, nowMs: clock.now() });
    if ('reaction' in answer) return answer.reaction;
    if (answer.isCommitted) {
      if (faults.take('answers 500 after committing')) {
        return htmlAnswer(500, 'Internal Server Error');
      }
      if (faults.take('cuts the connection after committing')) return 'close the connection';
    }
    return jsonAnswer(200, shapeBody(answer.body, state));
  };
};
