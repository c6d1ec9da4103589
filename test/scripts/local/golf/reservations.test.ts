import { describe, expect, it } from 'vitest';
import { type Fields, GRACE, golfAt, slotWith } from './golf-client.ts';

const DAYS = ['Thu Jul 09 2026', 'Tue Jul 07 2026', 'Wed Jul 08 2026'];

/** A golfer with a reservation on each of three days, booked in another order than they take place. */
const setup = async (name: 'east' | 'west' = 'east') => {
  const golf = await golfAt(name);
  const ada = await golf.client();
  const receipts = [];
  for (const searchDate of DAYS) {
    receipts.push(await ada.book(slotWith(await ada.slots({ searchDate }), 4)));
  }
  return { ...golf, ada, receipts };
};

describe('UpcomingReservation at a local golf course', () => {
  it('lists page by page, in the order of booking', async () => {
    const { ada, receipts } = await setup();

    const pages = [];
    for (const currentPage of [1, 2, 3])
      pages.push(await ada.upcoming({ pageSize: 2, currentPage }));

    const ids = pages.map(({ items }) => items.map(({ reservationId }) => reservationId));
    const [first, second, third] = receipts.map(({ reservationId }) => reservationId);
    expect(ids).toEqual([[first, second], [third], []]);
    for (const { totalItems, totalPages } of pages)
      expect([totalItems, totalPages]).toEqual([3, 2]);
  });

  it.each([
    ['east', false],
    ['west', true],
  ] as ['east' | 'west', boolean][])(
    'at %s names the bookings of a reservation: %s',
    async (name, isNamed) => {
      const { ada, receipts } = await setup(name);

      const [item] = (await ada.upcoming()).items;

      const detail = receipts[0]?.bookingIds.map((bookingId) => ({ bookingId }));
      expect(item?.reservationDetail).toEqual(isNamed ? detail : undefined);
    },
  );

  it('lists a reservation until its local day is over', async () => {
    const { clock, client } = await setup();
    const countAt = async (now: string) => {
      clock.ms = Date.parse(now);
      return (await (await client()).upcoming()).totalItems;
    };

    expect(await countAt('2026-07-08T03:59:00Z')).toBe(3);
    expect(await countAt('2026-07-08T04:00:00Z')).toBe(2);
  });

  it('lists the reservations of the golfer alone, and refuses to list those of another', async () => {
    const { ada, client } = await setup();
    const grace = await client(GRACE);
    const path = 'UpcomingReservation?golferId=4711&pageSize=14&currentPage=1';

    expect((await grace.upcoming()).items).toEqual([]);
    expect((await grace.send('GET', path)).status).toBe(400);
    expect((await ada.send('GET', path)).status).toBe(200);
  });

  it.each([
    'pageSize=14',
    'currentPage=1',
    'pageSize=0&currentPage=1',
    'pageSize=14&currentPage=0',
    'pageSize=14&currentPage=-1',
    'pageSize=all&currentPage=1',
    'pageSize=14&currentPage=1&currentPage=2',
  ])('refuses %s with 400', async (query) => {
    const { client } = await golfAt('east');
    const { send } = await client();

    expect((await send('GET', `UpcomingReservation?golferId=4711&${query}`)).status).toBe(400);
  });
});

describe('CancelReservation at a local golf course', () => {
  it('cancels a reservation with all of its bookings and frees its places', async () => {
    const { ada, receipts, site } = await setup();
    const slot = site.reservations()[1]?.teeTime.teeSheetId;

    const { status, body } = await ada.cancel(receipts[1]?.bookingIds ?? []);

    expect(status).toBe(200);
    expect(body).toEqual({
      isSuccess: true,
      errors: [],
      data: { cancellationIds: receipts[1]?.bookingIds },
    });
    expect((await ada.upcoming()).totalItems).toBe(2);
    const found = (await ada.slots()).find(({ teeSheetId }) => teeSheetId === slot);
    expect(found?.availableParticipantNo).toEqual([1, 2, 3, 4]);
  });

  it('answers isSuccess false the second time', async () => {
    const { ada, receipts } = await setup();
    const bookingIds = receipts[0]?.bookingIds ?? [];
    await ada.cancel(bookingIds);

    expect(await ada.cancel(bookingIds)).toMatchObject({
      status: 200,
      body: { isSuccess: false, errors: [expect.any(String)] },
    });
  });

  it.each([
    ['one booking of two', (ids: number[]) => ids.slice(0, 1), {}],
    ['a booking twice', (ids: number[]) => [ids[0] ?? 0, ids[0] ?? 0], {}],
    ['an unknown booking', () => [1, 2], {}],
    ['an unknown reason', (ids: number[]) => ids, { reasonId: 99 }],
  ])('answers isSuccess false for %s', async (_, change, over) => {
    const { ada, receipts } = await setup();

    const { status, body } = await ada.cancel(change(receipts[0]?.bookingIds ?? []), over);

    expect(status).toBe(200);
    expect(body).toMatchObject({ isSuccess: false });
    expect((await ada.upcoming()).totalItems).toBe(3);
  });

  it('answers isSuccess false for the reservation of another golfer', async () => {
    const { ada, receipts, client } = await setup();
    const grace = await client(GRACE);

    expect((await grace.cancel(receipts[0]?.bookingIds ?? [])).body).toMatchObject({
      isSuccess: false,
    });
    expect((await ada.upcoming()).totalItems).toBe(3);
  });

  it('answers isSuccess false for a tee time in the past', async () => {
    const { clock, client, receipts } = await setup();
    clock.ms = Date.parse('2026-07-08T02:00:00Z');

    const { body } = await (await client()).cancel(receipts[1]?.bookingIds ?? []);

    expect(body).toMatchObject({ isSuccess: false, errors: [expect.stringMatching(/past/)] });
  });

  it.each([
    ['no bookings', { bookingIds: [] }],
    ['another course', { courseId: 2 }],
    ['another golfer', { golferId: GRACE.golferId }],
    ['no reason', { reasonId: undefined }],
    ['no detail', { cancelDetail: undefined }],
  ] as [string, Fields][])('is refused with 400 with %s', async (_, over) => {
    const { ada, receipts } = await setup();

    expect((await ada.cancel(receipts[0]?.bookingIds ?? [], over)).status).toBe(400);
    expect((await ada.upcoming()).totalItems).toBe(3);
  });
});

describe('the reset of a local golf course', () => {
  it('forgets reservations, locks, transactions and faults, and keeps tokens and never repeats an id', async () => {
    const { ada, receipts, site } = await setup();
    const slot = slotWith(await ada.slots(), 4);
    const prepared = await ada.prepare(slot);
    site.faults.switchOn('slot taken');

    site.reset();

    expect((await ada.upcoming()).items).toEqual([]);
    expect((await ada.reserve(prepared)).status).toBe(400);
    const { reservationId } = await ada.book(slot);
    expect(receipts.map((receipt) => receipt.reservationId)).not.toContain(reservationId);
  });

  it('of the server resets every course', async () => {
    const { golf, site } = await setup();
    golf.site('west').faults.switchOn('slow');

    golf.reset();

    expect(site.reservations()).toEqual([]);
    expect(golf.site('west').faults.isOn('slow')).toBe(false);
  });
});
