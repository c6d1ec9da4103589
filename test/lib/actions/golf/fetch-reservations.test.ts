import { describe, expect, it } from 'vitest';
import { OPERATIONS } from '#lib/actions/catalogue.ts';
import { fetchReservations } from '#lib/actions/golf/fetch-reservations.ts';
import type { GolfFault } from '#scripts/local/golf/golf-faults.ts';
import { LOCAL_SITES } from '#scripts/local/golf/local-sites.ts';
import { failure } from '#test/lib/http/requests.ts';
import { slotWith } from '#test/scripts/local/golf/golf-client.ts';
import { unsafeIn } from '#test/support/unsafe-text.ts';
import { type GolfActionsOptions, golfActions } from './golf-actions.ts';

interface Fetched {
  courses: string[];
  reservations: {
    course: string;
    reservation_id: string;
    start_time: string;
    players: number;
    confirmation?: string;
  }[];
}

/** Sites at which the golfer books without the platform. */
const setup = async (options: GolfActionsOptions = {}) => {
  const at = options.at ?? 'east';
  const world = await golfActions(options);
  const golfer = await world.golfer();
  const fetched = async (input: object = { course: at }) =>
    (await world.run(fetchReservations, input)) as Fetched;
  const book = async (searchDate: string) =>
    golfer.book(slotWith(await golfer.slots({ searchDate }), 4));
  return { ...world, golfer, fetched, book, here: world.site(at) };
};

const itemOf = (reservationId: number | string, over: object = {}) => ({
  reservationId,
  startTime: '2026-07-07T08:10:00',
  courseName: 'Somewhere',
  numberOfPlayer: 2,
  reservationConfirmKey: 'ABC',
  ...over,
});

describe('the operation', () => {
  it('is not cached, comes after the search, and has the alias get_reservations', () => {
    const golf = OPERATIONS.filter(({ action }) => action === 'golf');

    expect(golf.map(({ operation }) => operation)).toEqual([
      'search_tee_times',
      'book_tee_time',
      'fetch_reservations',
      'cancel_reservation',
    ]);
    expect(fetchReservations).toMatchObject({ aliases: ['get_reservations'], effect: 'read' });
    expect(fetchReservations.cache).toBeUndefined();
  });
});

describe.each(['east', 'west'] as const)('the reservations at %s', (at) => {
  it('are ascending, with local times and offsets', async () => {
    const { fetched, book, here } = await setup({ at });
    const later = await book('Thu Jul 09 2026');
    const sooner = await book('Tue Jul 07 2026');

    const { reservations, courses } = await fetched();

    expect(courses).toEqual([here.course.title]);
    expect(reservations.map(({ reservation_id }) => reservation_id)).toEqual([
      `${sooner.reservationId}`,
      `${later.reservationId}`,
    ]);
    expect(reservations[0]).toEqual({
      course: at,
      course_title: here.course.title,
      reservation_id: `${sooner.reservationId}`,
      start_time: expect.stringMatching(
        at === 'east' ? /^2026-07-07T\d\d:\d\d:00-04:00$/ : /^2026-07-07T\d\d:\d\d:00-07:00$/,
      ),
      players: 2,
      confirmation: sooner.confirmationKey,
    });
  });

  it('are those of all pages', async () => {
    const { fetched, book, calls } = await setup({ at, site: { maximumDailyBookings: 30 } });
    const days = ['Tue Jul 07 2026', 'Wed Jul 08 2026', 'Thu Jul 09 2026'];
    for (let n = 0; n < 15; n += 1) await book(days[n % 3] ?? '');

    const { reservations } = await fetched();

    const starts = reservations.map(({ start_time }) => start_time);
    expect(starts).toHaveLength(15);
    expect(starts).toEqual([...starts].sort());
    expect(calls.map(({ path }) => path.replace(/^.*\?/, ''))).toEqual([
      'golferId=4711&pageSize=14&currentPage=1',
      'golferId=4711&pageSize=14&currentPage=2',
    ]);
  });

  it('are only those that have not begun', async () => {
    const { fetched, book, time } = await setup({ at });
    await book('Tue Jul 07 2026');
    const [{ start_time } = { start_time: '' }] = (await fetched()).reservations;

    time.ms = Date.parse(start_time) - 1;
    expect((await fetched()).reservations).toHaveLength(1);
    time.ms += 1;
    expect((await fetched()).reservations).toEqual([]);
  });
});

describe('the reservations', () => {
  it('of all courses are in one ascending list, each course through its own service', async () => {
    const world = await golfActions({ courses: LOCAL_SITES });
    world.reply('UpcomingReservation', { items: [itemOf(1)], totalPages: 1 });

    const { reservations } = (await world.run(fetchReservations, {})) as Fetched;

    expect(new Set(world.calls.map(({ service }) => service))).toEqual(
      new Set(['cps-birdsfoot', 'cps-totteridge', 'cps-east', 'cps-west']),
    );
    expect(reservations.map(({ start_time }) => start_time)).toEqual([
      '2026-07-07T08:10:00-04:00',
      '2026-07-07T08:10:00-04:00',
      '2026-07-07T08:10:00-04:00',
      '2026-07-07T08:10:00-07:00',
    ]);
  });

  it('of all courses are an error when one course fails', async () => {
    const { fetched, here } = await setup({ courses: LOCAL_SITES });
    expect((await fetched({})).reservations).toEqual([]);
    here.faults.switchOn('answers 500');

    expect(await failure(fetched({}))).toMatchObject({ kind: 'unavailable', code: 'HTTP_5XX' });
  });

  it('at an unknown course are an error that lists the courses', async () => {
    const { fetched } = await setup();

    expect(await failure(fetched({ course: 'north' }))).toMatchObject({
      code: 'INVALID_PAYLOAD',
      details: [{ path: 'payload.course', problem: expect.stringContaining('east, west') }],
    });
  });

  it.each([
    ['with an offset', '2026-07-07T08:10:00-04:00'],
    ['in UTC', '2026-07-07T12:10:00Z'],
    ['without seconds', '2026-07-07T08:10'],
  ])('may have a time %s', async (_, startTime) => {
    const { fetched, reply } = await setup();
    reply('UpcomingReservation', { items: [itemOf(1, { startTime })], totalPages: 1 });

    expect((await fetched()).reservations[0]?.start_time).toBe('2026-07-07T08:10:00-04:00');
  });

  it('that are listed twice or belong to another course of the site are left out', async () => {
    const { fetched, reply } = await setup();
    const items = [
      itemOf(1),
      itemOf(1),
      itemOf('A-2', { courseId: 1 }),
      itemOf(3, { courseId: 2 }),
    ];
    reply('UpcomingReservation', { items, totalItems: 4, totalPages: 1 });

    const ids = (await fetched()).reservations.map(({ reservation_id }) => reservation_id);
    expect(ids).toEqual(['1', 'A-2']);
  });

  it.each([
    ['0 pages', { items: [], totalPages: 0 }, 0],
    ['no number of pages', { items: [itemOf(1)] }, 1],
  ])('may come with %s', async (_, body, count) => {
    const { fetched, reply, calls } = await setup();
    reply('UpcomingReservation', body);

    expect((await fetched()).reservations).toHaveLength(count);
    expect(calls).toHaveLength(1);
  });

  it.each([
    ['null', null],
    ['a list', [itemOf(1)]],
    ['no items', { totalPages: 1 }],
    ['an entry without an id', { items: [itemOf(1), itemOf(1, { reservationId: null })] }],
    ['an entry without players', { items: [itemOf(1, { numberOfPlayer: 0 })] }],
    ['a date that does not exist', { items: [itemOf(1, { startTime: '2026-02-30T08:00:00' })] }],
    ['too many pages', { items: [itemOf(1)], totalPages: 21 }],
    ['endless pages', { items: Array.from({ length: 14 }, (_, n) => itemOf(n)) }],
  ])('cannot be read from %s', async (_, body) => {
    const { fetched, reply, calls } = await setup();
    reply('UpcomingReservation', body);

    expect(await failure(fetched())).toMatchObject({
      kind: 'unavailable',
      code: 'UNREADABLE_RESPONSE',
    });
    expect(calls.length).toBeLessThanOrEqual(20);
  });

  it.each([
    [200, { error: 'Closed.' }],
    [200, { isSuccess: false, errors: ['Closed.'] }],
    [400, 'Closed.'],
  ])('are refused by %i with %j', async (status, body) => {
    const { fetched, reply } = await setup();
    reply('UpcomingReservation', body, status);

    expect(await failure(fetched())).toMatchObject({
      kind: 'invalid',
      code: 'REFUSED_BY_PROVIDER',
      message: expect.stringContaining('Closed.'),
    });
  });
});

const WORKS = 'works';
const FAULTS: [GolfFault, string][] = [
  ['slow', WORKS],
  ['hangs', 'HTTP_TIMEOUT'],
  ['cuts the connection', 'HTTP_CONNECTION'],
  ['answers 429', 'HTTP_429'],
  ['answers 500', 'HTTP_5XX'],
  ['answers 503', 'HTTP_5XX'],
  ['bot challenge', 'BLOCKED_BY_PROVIDER'],
  ['HTML instead of JSON', 'BLOCKED_BY_PROVIDER'],
  ['truncated JSON', 'UNREADABLE_RESPONSE'],
  ['body of 2 MB', 'RESPONSE_TOO_LARGE'],
  ['wrong charset', 'UNREADABLE_RESPONSE'],
  ['wrong content type', 'UNREADABLE_RESPONSE'],
  ['deep JSON', 'UNREADABLE_RESPONSE'],
  ['times with offset', WORKS],
  ['refuses tokens', 'CREDENTIALS_REFUSED'],
  ['token endpoint fails', 'HTTP_5XX'],
  ['key set fails', 'KEYS_UNAVAILABLE'],
  ['expires_in is 0', WORKS],
  ['tokens are expired', 'UNREADABLE_RESPONSE'],
  ['tokens of another key', 'UNREADABLE_RESPONSE'],
  ['tokens without golferId', 'UNREADABLE_RESPONSE'],
];

describe('while the site', () => {
  it.each(FAULTS)('%s, the list of reservations: %s', async (fault, expected) => {
    const { fetched, book, here } = await setup({ timeoutMs: fault === 'hangs' ? 200 : 10_000 });
    const { reservationId } = await book('Tue Jul 07 2026');
    here.faults.switchOn(fault);

    if (expected === WORKS) {
      expect((await fetched()).reservations).toMatchObject([
        { reservation_id: `${reservationId}` },
      ]);
    } else {
      expect(await failure(fetched())).toMatchObject({ code: expected });
    }
  });

  it('lists bookings late, they are listed later', async () => {
    const { fetched, book, here, time } = await setup();
    here.faults.switchOn('lists bookings late');
    await book('Tue Jul 07 2026');

    expect((await fetched()).reservations).toEqual([]);
    time.ms += 600_000;
    expect((await fetched()).reservations).toHaveLength(1);
  });

  it('sends hostile strings, everything that is shown is safe', async () => {
    const { fetched, book, here } = await setup();
    await book('Tue Jul 07 2026');
    here.faults.switchOn('hostile strings');

    const found = await fetched();
    const [text = ''] = fetchReservations.present(found);
    expect(found.reservations[0]?.confirmation?.length).toBeLessThanOrEqual(64);
    expect(unsafeIn(text)).toEqual([]);
    expect(text.split('\n')).toHaveLength(1);
  });
});

describe('the text for people', () => {
  it('has one block with a line for each reservation', async () => {
    const { fetched, reply } = await setup();
    const other = itemOf(2, { numberOfPlayer: 1, reservationConfirmKey: null });
    reply('UpcomingReservation', { items: [itemOf(1), other], totalPages: 1 });

    expect(fetchReservations.present(await fetched())).toEqual([
      'East Course, Tuesday, July 7, 2026, 8:10 AM: 2 players, confirmation ABC\nEast Course, Tuesday, July 7, 2026, 8:10 AM: 1 player',
    ]);
  });

  it('says that there are none, and where', async () => {
    const { fetched } = await setup();

    expect(fetchReservations.present(await fetched())).toEqual([
      'No upcoming reservations at East Course.',
    ]);
  });
});
