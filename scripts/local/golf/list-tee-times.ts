import { checkOffset } from './check-offset.ts';
import type { GolfCall, GolfOperation } from './golf-call.ts';
import { golfRefusalError } from './golf-refusal.ts';
import { listedPrices } from './price-list.ts';
import { requireReleased } from './release.ts';
import { localTimeText, SEATS, type TeeTime, teeTimesOf } from './tee-sheet.ts';

/** Parameters that have the same value in every search. */
const FIXED = {
  searchTimeType: '0',
  teeSheetSearchView: '5',
  classCode: 'R',
  defaultOnlineRate: 'N',
  isUseCapacityPricing: 'false',
  memberStoreId: '1',
  searchType: '1',
};
const FIXED_IF_REGISTERED = { teeOffTimeMin: '0', teeOffTimeMax: '23', isChangeTeeOffTime: 'true' };

const NO_TEETIMES = {
  messageKey: 'NO_TEETIMES',
  messageTitle: 'No tee times',
  messageDetail: '<p>There are no tee times for this search.</p>',
};

/** `TeeTimes`: the slots of a day that a number of players can book. */
export const listTeeTimes: GolfOperation = (call) => {
  const { zone, course, faults, nowMs } = call;
  const { dayMs, players, holes } = readSearch(call);
  checkOffset(call, dayMs);
  requireReleased(call, dayMs);
  const slots = teeTimesOf(course, zone, dayMs)
    .filter((teeTime) => teeTime.startMs > nowMs && (holes === 0 || teeTime.holes === holes))
    .map((teeTime) => slotOf(call, teeTime))
    .filter(({ availableParticipantNo: free }) => free.length >= Math.max(players, 1));
  const isEmpty = slots.length === 0 || faults.take('false NO_TEETIMES');
  const content = isEmpty ? NO_TEETIMES : slots;
  if (course.generation === 'classic') return { body: content };
  return {
    body: { transactionId: call.request.query.get('transactionId'), isSuccess: true, content },
  };
};

/** @throws GolfRefusal 400 for a parameter that is missing, wrong or given twice */
const readSearch = ({ request, course, transactions, golfer }: GolfCall) => {
  const { query, search } = request;
  const refuse = (reason: string) => golfRefusalError(400, 'The search is not valid.', reason);
  const isRegistered = course.generation === 'registered';
  const fixed = {
    ...FIXED,
    ...(isRegistered ? FIXED_IF_REGISTERED : {}),
    courseIds: `${course.courseId}`,
  };
  for (const [name, value] of Object.entries(fixed)) {
    if (query.getAll(name).join() !== value) throw refuse(`${name} must be ${value}`);
  }
  if (search.includes('+')) throw refuse('spaces must be written as %20');
  const [date = '', players = '', holes = ''] = ['searchDate', 'numberOfPlayer', 'holes'].map(
    (name) => query.getAll(name).join(),
  );
  const dayMs = Date.parse(`${date} UTC`);
  if (Number.isNaN(dayMs) || searchDateText(dayMs) !== date) {
    throw refuse('searchDate must be like Wed Oct 29 2025');
  }
  if (!['0', ...SEATS.map(String)].includes(players)) throw refuse('numberOfPlayer must be 0 to 4');
  if (!['0', '9', '18'].includes(holes)) throw refuse('holes must be 0, 9 or 18');
  const id = query.get('transactionId') ?? '';
  if (isRegistered && !transactions.useRegistered(id, golfer.golferId, 'search')) {
    throw refuse('transactionId is not registered');
  }
  return { dayMs, players: Number(players), holes: Number(holes) };
};

/** `Wed Oct 29 2025` */
export const searchDateText = (dayMs: number): string => {
  const [weekday = '', day, month, year] = new Date(dayMs).toUTCString().split(' ');
  return `${weekday.replace(',', '')} ${month} ${day} ${year}`;
};

const slotOf = ({ course, locks, reservations }: GolfCall, teeTime: TeeTime) => {
  const { teeSheetId, localMs, holes } = teeTime;
  const isLocked = locks.find(teeSheetId) !== undefined;
  const free = isLocked ? [] : reservations.freeSeats(teeTime);
  return {
    teeSheetId,
    startTime: localTimeText(localMs),
    courseId: course.courseId,
    siteId: course.siteId,
    courseName: course.title,
    holes,
    participants: SEATS.length,
    availableParticipantNo: free,
    minPlayer: 1,
    maxPlayer: free.length,
    shItemPrices: listedPrices(teeTime),
  };
};
