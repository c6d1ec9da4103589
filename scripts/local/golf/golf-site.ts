import type { Clock } from '#lib/platform/clock.ts';
import { zoneOf } from '#lib/platform/zone.ts';
import { type FaultSwitches, faultSwitches } from '#scripts/local/service/fault-switches.ts';
import { type LocalService, startLocalService } from '#scripts/local/service/local-service.ts';
import type { Random } from '#scripts/local/service/random-id.ts';
import type { PageEntry } from '#scripts/local/service/service-page.ts';
import type { ServiceRequest } from '#scripts/local/service/service-request.ts';
import { htmlAnswer } from '#scripts/local/service/service-response.ts';
import type { Reaction } from '#scripts/local/service/transport-faults.ts';
import { accessTokens } from './access-tokens.ts';
import { API_PATH, golfApi } from './golf-api.ts';
import type { CourseState } from './golf-call.ts';
import { GOLF_FAULTS, type GolfFault } from './golf-faults.ts';
import { golfRefusalError, isGolfRefusal, refusalAnswer } from './golf-refusal.ts';
import { IDENTITY_PATH, identityService } from './identity-service.ts';
import { lockStore } from './lock-store.ts';
import { type GolfReservation, reservationStore } from './reservation-store.ts';
import { type NewKeyPair, signingKeys } from './signing-keys.ts';
import type { SiteAccount, SiteCourse } from './site-course.ts';
import { localTimeText } from './tee-sheet.ts';
import { transactionStore } from './transaction-store.ts';

export interface GolfSiteOptions {
  course: SiteCourse;
  accounts: readonly SiteAccount[];
  port: number;
  clock: Clock;
  random: Random;
  slowMs: number;
  newKeyPair: NewKeyPair;
}

/** The reservation site of one course. */
export interface GolfSite extends LocalService {
  course: SiteCourse;
  faults: FaultSwitches<GolfFault>;
  /** All reservations in the order in which they were made, those that are not yet listed included. */
  reservations: () => readonly GolfReservation[];
  /** Why the last hundred refused requests were refused, oldest first. */
  readonly refusals: readonly string[];
  /** Makes all tokens so far invalid. */
  expireTokens: () => void;
  /** Signs new tokens with a new key. */
  rotateKeys: () => void;
  /** Ends all locks so far, as time does. */
  endLocks: () => void;
  /** Forgets reservations, locks, transactions and refusals, and switches all faults off. */
  reset: () => void;
}

/** Where the real sites have their pages for people. Here they lead to the page of the local site. */
const PEOPLE_PATH = '/onlineresweb';
const KEPT_REFUSALS = 100;

export const startGolfSite = async (options: GolfSiteOptions): Promise<GolfSite> => {
  const { course, accounts, clock, random } = options;
  const faults = faultSwitches(GOLF_FAULTS);
  const keys = signingKeys(random, options.newKeyPair);
  const tokens = accessTokens({ course, accounts, keys, faults, random, now: clock.now });
  const state: CourseState = {
    course,
    zone: zoneOf(course.zone),
    clock,
    random,
    faults,
    locks: lockStore(clock.now),
    transactions: transactionStore(),
    reservations: reservationStore(random),
  };
  const callApi = golfApi(state, tokens);
  const callIdentity = identityService({ course, accounts, keys, tokens, faults });
  const refusals: string[] = [];
  const isApi = ({ path }: ServiceRequest) => path.startsWith(`${API_PATH}/`);

  const respond = async (request: ServiceRequest): Promise<Reaction> => {
    try {
      if (isApi(request)) return await callApi(request);
      if (request.path.startsWith(`${IDENTITY_PATH}/`)) return await callIdentity(request);
      if (request.method === 'GET' && request.path.startsWith(PEOPLE_PATH)) {
        return htmlAnswer(302, course.title, { Location: '/' });
      }
      throw golfRefusalError(404, 'Not Found');
    } catch (error) {
      if (!isGolfRefusal(error)) throw error;
      refusals.push(`${request.path.split('/').at(-1)}: ${error.reason}`);
      if (refusals.length > KEPT_REFUSALS) refusals.shift();
      return refusalAnswer(error);
    }
  };

  const reset = () => {
    state.locks.clear();
    state.transactions.clear();
    state.reservations.clear();
    refusals.length = 0;
    faults.switchAllOff();
  };

  const service = await startLocalService({
    title: course.title,
    port: options.port,
    clock,
    slowMs: options.slowMs,
    faults,
    respond,
    // The real sites have a bot challenge in front of the API, and none in front of the token endpoint.
    hasTransportFaults: isApi,
    entries: () =>
      [...state.reservations.all().map(entryOf), ...refusals.map(refusalEntry)].reverse(),
    actions: {
      'switch all faults off': faults.switchAllOff,
      'expire all tokens': tokens.expireAll,
      'rotate the keys': keys.rotate,
      'end all locks': state.locks.clear,
      'forget all reservations': reset,
    },
  });
  return Object.assign(service, {
    course,
    faults,
    reservations: state.reservations.all,
    refusals,
    expireTokens: tokens.expireAll,
    rotateKeys: keys.rotate,
    endLocks: state.locks.clear,
    reset,
  });
};

const entryOf = ({ teeTime, seats, holes, total, ...ids }: GolfReservation): PageEntry => ({
  title: localTimeText(teeTime.localMs).replace('T', ' '),
  text: `Reservation ${ids.reservationId}, ${ids.confirmationKey}: ${seats.length} players, ${holes} holes, $${total.toFixed(2)}`,
});

const refusalEntry = (text: string): PageEntry => ({ title: 'Refused', text });
