import type { ServiceRequest } from '#scripts/local/service/request.ts';
import { htmlAnswer, jsonAnswer } from '#scripts/local/service/response.ts';
import type { Reaction } from '#scripts/local/service/transport-faults.ts';
import type { CourseState, GolfOperation } from './call.ts';
import { cancelReservation } from './cancel.ts';
import { issuerOf } from './identity.ts';
import { lockTeeTimes, unlockTeeTimes } from './lock.ts';
import { calculatePrice } from './price.ts';
import { golfRefusalError } from './refusal.ts';
import { registerTransaction } from './register.ts';
import { headerCheck } from './request-headers.ts';
import { reserveTeeTimes } from './reserve.ts';
import { describeRules } from './rules.ts';
import { searchTeeTimes } from './search.ts';
import { shapeBody } from './shapes.ts';
import type { AccessTokens } from './tokens.ts';
import { listReservations } from './upcoming.ts';

export const API_PATH = '/onlineres/onlineapi/api/v1/onlinereservation';

const OPERATIONS: ReadonlyMap<string, readonly [method: string, GolfOperation]> = new Map([
  ['RegisterTransactionId', ['POST', registerTransaction]],
  ['TeeTimes', ['GET', searchTeeTimes]],
  ['LockTeeTimes', ['POST', lockTeeTimes]],
  ['UnLockTeeTimes', ['POST', unlockTeeTimes]],
  ['TeeTimePricesCalculation', ['POST', calculatePrice]],
  ['ReserveTeeTimes', ['POST', reserveTeeTimes]],
  ['UpcomingReservation', ['GET', listReservations]],
  ['CancelReservation', ['POST', cancelReservation]],
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
