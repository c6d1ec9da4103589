import * as z from 'zod/mini';
import { type ActionContext, defineOperation, type FollowUp } from '#lib/actions/action.ts';
import { requireCourse } from '#lib/actions/require-course.ts';
import { dollarsText } from '#lib/platform/dollars-text.ts';
import { localText, type Zone } from '#lib/platform/zone.ts';
import { requireAutomation } from './booking-input.ts';
import { courseSession } from './course-session.ts';
import { unreadableAnswerError } from './golf-answer.ts';
import { HoleCount, OffsetTime, PlayerCount } from './golf-fields.ts';
import { dayForPeople, timeForPeople } from './local-day.ts';
import { type RankedSlot, rankSlots } from './rank-slots.ts';
import { readSlots } from './read-slots.ts';
import { readTeeSheet } from './read-tee-sheet.ts';
import { SearchInput } from './search-input.ts';
import { searchWindow } from './search-window.ts';
import { SLOT_ID } from './slot-id.ts';

const Slot = z.strictObject({
  slot_id: z.string().check(z.regex(SLOT_ID), z.describe('Identifies the tee time for a booking.')),
  start_time: OffsetTime.check(z.describe('Local time at the course, with its offset.')),
  holes: HoleCount.check(z.describe('The number of holes.')),
  free_places: z.int().check(z.minimum(1), z.describe('How many players can still book it.')),
  total_cents: z.optional(
    z
      .int()
      .check(
        z.minimum(0),
        z.describe(
          'The green fees of all players, tax included. Cents. Absent when the course states no price.',
        ),
      ),
  ),
});

const SearchOutput = z.strictObject({
  course: z.string().check(z.describe('The name of the course.')),
  course_title: z.string().check(z.describe('The name of the course for people.')),
  from: OffsetTime.check(z.describe('The beginning of the time that was searched.')),
  to: OffsetTime.check(z.describe('The end of the time that was searched.')),
  players: PlayerCount.check(z.describe('The number of players.')),
  slots: z
    .array(Slot)
    .check(
      z.maxLength(20),
      z.describe('Those nearest to the beginning first, then the cheaper ones.'),
    ),
});
type SearchOutput = z.output<typeof SearchOutput>;

/** `golf.search_tee_times` */
export const searchTeeTimes = defineOperation({
  action: 'golf',
  operation: 'search_tee_times',
  title: 'Tee times',
  description:
    'Searches the tee times of a golf course that a number of players can book, in a part of one day. Books nothing, unless auto_book asks for it.',
  input: SearchInput,
  output: SearchOutput,
  examples: [
    { course: 'birdsfoot', date: '2026-07-11', from: '08:00', to: '11:00', players: 2 },
    {
      course: 'totteridge',
      start_time: '2026-07-11T13:00',
      end_time: '2026-07-11T16:00',
      players: 4,
      holes: 18,
      max_total_cents: 20_000,
      max_results: 10,
    },
  ],
  effect: 'read',
  services: ['cps-<course>'],
  auth: 'oauth_password',
  // An assistant books by a call of its own, which the person sees.
  assistants: {
    hidden: ['auto_book'],
    description:
      'Searches the tee times of a golf course that a number of players can book, in a part of one day. Books nothing: golf_book_tee_time books one of them.',
  },
  cache: { freshSeconds: 300, staleSeconds: 300 },
  // Sites sometimes say that there is nothing although there is.
  isReusable: ({ slots }) => slots.length > 0,
  check: (input, configuration, { nowMs }) => {
    const course = requireCourse(input.course, configuration);
    if (input.auto_book === true) requireAutomation(course);
    if (nowMs !== undefined) searchWindow(input, course, nowMs);
  },
  run: (input, context) => search(input, context),
  followUp: (input, output) => bookingOf(input, output),
  present: (output) => [textOf(output)],
});

const search = async (input: SearchInput, context: ActionContext): Promise<SearchOutput> => {
  const course = requireCourse(input.course, context.configuration);
  const session = courseSession(course, context);
  const { zone } = session;
  const nowMs = context.clock.now();
  const { dayMs, fromMs, toMs } = searchWindow(input, course, nowMs);
  const { players, holes, max_total_cents: maxTotalCents, max_results: maxResults } = input;
  const entries = await readTeeSheet(session, { dayMs, players, holes }, context);
  const { slots, unreadable } = readSlots(entries, session, holes);
  if (unreadable > 0) {
    context.log.warn({ course: course.name, unreadable }, 'tee times could not be read');
    if (unreadable === entries.length) throw unreadableAnswerError(course);
  }
  // A tee time that has begun cannot be booked.
  const wishes = { fromMs: Math.max(fromMs, nowMs), toMs, players, maxTotalCents, maxResults };
  return {
    course: course.name,
    course_title: course.title,
    from: localText(fromMs, zone.offsetAt(fromMs)),
    to: localText(toMs, zone.offsetAt(toMs)),
    players,
    slots: rankSlots(slots, wishes).map((slot) => shownSlot(slot, zone)),
  };
};

/** The booking of the best slot, if the input asks for it. */
const bookingOf = (
  { course, players, auto_book, max_total_cents }: SearchInput,
  { slots: [best] }: SearchOutput,
): FollowUp | undefined => {
  if (auto_book !== true || best === undefined || max_total_cents === undefined) return undefined;
  const { slot_id, start_time } = best;
  return {
    action: 'golf',
    operation: 'book_tee_time',
    input: { course, slot_id, start_time, players, max_total_cents },
  };
};

const shownSlot = (
  { slotId, startMs, holes, free, totalCents }: RankedSlot,
  zone: Zone,
): z.output<typeof Slot> => ({
  slot_id: slotId,
  start_time: localText(startMs, zone.offsetAt(startMs)),
  holes,
  free_places: free,
  ...(totalCents === undefined ? {} : { total_cents: totalCents }),
});

const textOf = ({ course_title, from, to, players, slots }: SearchOutput): string => {
  const golfers = players === 1 ? '1 player' : `${players} players`;
  const when = `${dayForPeople(from)}, ${timeForPeople(from)} to ${timeForPeople(to)}`;
  if (slots.length === 0) return `No tee time for ${golfers} at ${course_title} on ${when}.`;
  const lines = slots.map(({ start_time, holes, free_places, total_cents }) => {
    const price =
      total_cents === undefined ? 'no price stated' : `${dollarsText(total_cents)} in total`;
    return `${timeForPeople(start_time)}: ${price}, ${holes} holes, ${free_places} free`;
  });
  return [`${course_title}, ${dayForPeople(from)}, ${golfers}`, ...lines].join('\n');
};
