import { randomUUID } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { startGolf } from '#scripts/local/golf/golf-server.ts';
import type { GolfSite } from '#scripts/local/golf/golf-site.ts';
import { newRsaKeyPair } from '#scripts/local/golf/signing-keys.ts';
import {
  LOCAL_COURSES,
  type SiteAccount,
  type SiteCourse,
} from '#scripts/local/golf/site-course.ts';
import { seeded } from '#test/support/random.ts';

/** A Monday in summer, 10:30 in New York and 7:30 in Los Angeles. */
export const GOLF_NOW = '2026-07-06T14:30:00Z';
export const TUESDAY = 'Tue Jul 07 2026';
export const GOLF_SCOPE =
  'openid profile onlinereservation sale inventory sh customer email recommend references';
export const GOLF_API = '/onlineres/onlineapi/api/v1/onlinereservation';
export const GOLF_IDENTITY = '/identityapi';

export const ADA: SiteAccount = {
  username: 'ada@example.com',
  password: 'correct horse',
  golferId: 4_711,
  acct: '10042',
  email: 'ada@example.com',
};
export const GRACE: SiteAccount = {
  username: 'grace@example.com',
  password: 'battery staple',
  golferId: 4_712,
  acct: '10043',
  email: 'grace@example.com',
};

export interface SentSlot {
  teeSheetId: number;
  startTime: string;
  courseId: number;
  siteId: number;
  courseName: string;
  holes: 9 | 18;
  participants: number;
  availableParticipantNo: number[];
  minPlayer: number;
  maxPlayer: number;
  shItemPrices: {
    shItemCode: string;
    price: unknown;
    taxInclusivePrice: unknown;
    itemDesc: string;
  }[];
}

export type Fields = Record<string, unknown>;
export interface GolfReply {
  status: number;
  body: unknown;
  headers: Headers;
}

export interface GolfClientOptions {
  now?: string;
  /** Over those of the course. */
  course?: Partial<SiteCourse>;
  /** The courses whose sites are started. */
  courses?: readonly SiteCourse[];
}

/** Pairs of keys that every test of a process uses again, the first one first. */
const pairs: ReturnType<typeof newRsaKeyPair>[] = [];
const pairNumber = (index: number) => {
  pairs[index] ??= newRsaKeyPair();
  return pairs[index];
};

/** Starts the site of a course until the test ends, with a client of it. The offset is that of summer. */
export const golfAt = async (
  name: 'east' | 'west',
  { now = GOLF_NOW, course: overrides = {}, courses = LOCAL_COURSES }: GolfClientOptions = {},
) => {
  const clock = { ms: Date.parse(now) };
  let madeKeys = 0;
  const golf = await startGolf({
    accounts: [ADA, GRACE],
    courses: courses.map((course) => ({
      ...course,
      ...(course.name === name ? overrides : {}),
    })),
    clock: { now: () => clock.ms, sleep: async () => undefined },
    random: seeded(1),
    newKeyPair: () => pairNumber(madeKeys++),
  });
  onTestFinished(golf.stop);
  const site = golf.site(name);
  return { golf, site, clock, ...golfClientAt(site, name === 'east' ? '240' : '420') };
};

/**
 * Signs golfers in at a site as a client that follows the protocol.
 * @param offset the header `x-timezone-offset`
 */
export const golfClientAt = (site: GolfSite, offset: string) => {
  const { course } = site;

  /** The headers of an API request, apart from the token. */
  const headers = (): Record<string, string> => ({
    'client-id': course.clientId,
    'x-componentid': '1',
    'x-websiteid': course.websiteId,
    'x-siteid': `${course.siteId}`,
    'x-terminalid': `${course.terminalId}`,
    'x-moduleid': '7',
    'x-productid': '1',
    'x-timezone-offset': offset,
    'x-timezoneid': course.zone,
    'x-requestid': randomUUID(),
    origin: site.url,
  });

  const requestToken = async (form: Record<string, string>, sent = headers()): Promise<GolfReply> =>
    answerOf(
      fetch(`${site.url}${GOLF_IDENTITY}/connect/token`, {
        method: 'POST',
        headers: sent,
        body: new URLSearchParams(form),
      }),
    );
  const formOf = ({ username, password }: SiteAccount) => ({
    grant_type: 'password',
    username,
    password,
    scope: GOLF_SCOPE,
  });
  const signIn = async (account = ADA) => {
    const { body } = await requestToken(formOf(account));
    return (body as { access_token: string }).access_token;
  };

  /** A client of one golfer. `send` adds the right headers, over which a test can put wrong ones. */
  const client = async (account = ADA) => {
    const token = await signIn(account);
    const send = (
      method: 'GET' | 'POST',
      path: string,
      { body, over = {} }: { body?: unknown; over?: Record<string, string | undefined> } = {},
    ): Promise<GolfReply> => {
      const all = { ...headers(), Authorization: `Bearer ${token}`, ...over };
      const sent = Object.entries(all).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      );
      const type =
        body === undefined ? [] : [['Content-Type', 'application/json'] as [string, string]];
      return answerOf(
        fetch(`${site.url}${GOLF_API}/${path}`, {
          method,
          headers: [...type, ...sent],
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      );
    };
    const post = (path: string, body: unknown) => send('POST', path, { body });
    const register = async () => {
      const transactionId = randomUUID();
      await post('RegisterTransactionId', { transactionId });
      return transactionId;
    };
    const searchPath = async (over: Fields = {}) => {
      const registered = {
        teeOffTimeMin: 0,
        teeOffTimeMax: 23,
        isChangeTeeOffTime: true,
        transactionId: course.generation === 'registered' ? await register() : undefined,
      };
      const query = {
        searchDate: TUESDAY,
        holes: 0,
        numberOfPlayer: 2,
        courseIds: course.courseId,
        searchTimeType: 0,
        teeSheetSearchView: 5,
        classCode: 'R',
        defaultOnlineRate: 'N',
        isUseCapacityPricing: false,
        memberStoreId: 1,
        searchType: 1,
        ...(course.generation === 'registered' ? registered : {}),
        ...over,
      };
      const pairs = Object.entries(query).filter(([, value]) => value !== undefined);
      return `TeeTimes?${pairs.map(([key, value]) => `${key}=${encodeURIComponent(String(value))}`).join('&')}`;
    };
    const search = async (over: Fields = {}) => send('GET', await searchPath(over));
    /** The slots of a search, or the object that it answered instead. */
    const slots = async (over: Fields = {}) => {
      const { body } = await search(over);
      return (course.generation === 'registered' ? (body as Fields).content : body) as SentSlot[];
    };
    const lockBody = (slot: SentSlot, over: Fields = {}) => ({
      teeSheetIds: [slot.teeSheetId],
      email: account.email,
      action: 'Online Reservation V5',
      sessionId: randomUUID(),
      golferId: account.golferId,
      classCode: 'R',
      numberOfPlayer: 2,
      navigateUrl: '',
      isGroupBooking: false,
      ...over,
    });
    const priceBody = (slot: SentSlot, over: Fields = {}, itemOver: Fields = {}) => ({
      selectedTeeSheetId: slot.teeSheetId,
      bookingList: slot.availableParticipantNo.slice(0, 2).map((participantNo, index) => ({
        teeSheetId: slot.teeSheetId,
        holes: slot.holes,
        participantNo,
        golferId: index === 0 ? account.golferId : null,
        rateCode: 'N',
        isUnAssignedPlayer: index > 0,
        memberClassCode: index === 0 ? 'R' : 'OUT',
        memberStoreId: '1',
        cartType: 0,
        playerId: '0',
        acct: account.acct,
        isGuestOf: false,
        isUseCapacityPricing: false,
        ...itemOver,
      })),
      holes: slot.holes,
      numberOfPlayer: 2,
      numberOfRider: 0,
      cartType: 0,
      coupon: null,
      depositType: 0,
      depositAmount: 0,
      selectedValuePackageCode: null,
      isUseCapacityPricing: false,
      thirdPartyId: null,
      ibxCardOnFile: null,
      transactionId: null,
      ...over,
    });
    const reserveBody = (over: Fields = {}, cardOver: Fields = {}) => ({
      cancelReservationLink: `${site.url}/onlineresweb/auth/verify-email?returnUrl=cancel-booking`,
      homePageLink: `${site.url}/onlineresweb/`,
      affiliateId: null,
      finalizeSaleModel: {
        acct: account.acct,
        playerId: 0,
        isGuest: false,
        creditCardInfo: {
          cardNumber: null,
          cardHolder: null,
          expireMM: null,
          expireYY: null,
          cvv: null,
          email: account.email,
          cardToken: null,
          ...cardOver,
        },
        monerisCC: null,
        ibxCC: null,
      },
      sessionGuid: null,
      ...over,
    });
    const lock = async (slot: SentSlot, over: Fields = {}) => {
      const body = lockBody(slot, over);
      return { sessionId: body.sessionId, ...(await post('LockTeeTimes', body)) };
    };
    const price = async (slot: SentSlot) => {
      const { body } = await post('TeeTimePricesCalculation', priceBody(slot));
      return body as { transactionId: string; summaryDetail: { total: number } };
    };
    /** The body of the last step for a slot that is locked and priced. */
    const prepare = async (slot: SentSlot) => {
      const { sessionId } = await lock(slot);
      const { transactionId } = await price(slot);
      const ids =
        course.generation === 'registered'
          ? { transactionId: await register(), bookingTransactionId: transactionId }
          : { transactionId };
      return reserveBody({ lockedTeeTimesSessionId: sessionId, ...ids });
    };
    const reserve = async (body: unknown) => {
      const answer = await post('ReserveTeeTimes', body);
      return { ...answer, receipt: answer.body as BookingReceipt };
    };
    const book = async (slot: SentSlot) => (await reserve(await prepare(slot))).receipt;
    const upcoming = async (over: Fields = {}) => {
      const query = { golferId: account.golferId, pageSize: 14, currentPage: 1, ...over };
      const pairs = Object.entries(query).map(([key, value]) => `${key}=${value}`);
      const { body } = await send('GET', `UpcomingReservation?${pairs.join('&')}`);
      return body as {
        items: (Fields & { reservationId: number })[];
        totalItems: number;
        totalPages: number;
      };
    };
    const cancel = (bookingIds: number[], over: Fields = {}) =>
      post('CancelReservation', {
        bookingIds,
        courseId: course.courseId,
        golferId: account.golferId,
        reasonId: 1,
        cancelDetail: '',
        ...over,
      });
    return {
      ...{
        token,
        send,
        post,
        register,
        searchPath,
        search,
        slots,
        lockBody,
        lock,
        priceBody,
        price,
      },
      ...{ reserveBody, prepare, reserve, book, upcoming, cancel },
    };
  };

  return { headers, formOf, requestToken, signIn, client };
};

export interface BookingReceipt {
  reservationId: number;
  bookingIds: number[];
  confirmationKey: string;
  reservationResult: number;
}

/** The status and the body, as JSON when it is JSON. */
const answerOf = async (sent: Promise<Response>): Promise<GolfReply> => {
  const response = await sent;
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json');
  return {
    status: response.status,
    body: isJson ? JSON.parse(text) : text,
    headers: response.headers,
  };
};

/** The slot with a number of free places. */
export const slotWith = (slots: readonly SentSlot[], free: number): SentSlot => {
  const slot = slots.find(({ availableParticipantNo }) => availableParticipantNo.length === free);
  if (slot === undefined) throw new Error(`no slot with ${free} free places`);
  return slot;
};
