import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Fields, GRACE, golfAt, slotWith } from './golf-client.ts';

const INVALID_TRANSACTION = 'Current online booking transaction is invalid.';
const COURSES = ['east', 'west'] as const;
const LOCK_MS = 600_000;

/** A golfer and a slot with four free places. */
const setup = async (name: (typeof COURSES)[number] = 'east', course = {}) => {
  const golf = await golfAt(name, { course });
  const ada = await golf.client();
  const slot = slotWith(await ada.slots(), 4);
  return { ...golf, ada, slot };
};

describe.each(COURSES)('a booking at the local golf course %s', (name) => {
  it('goes through lock, price and reservation, and is listed', async () => {
    const { ada, slot, site } = await setup(name);

    const receipt = await ada.book(slot);

    expect(receipt).toEqual({
      reservationId: expect.any(Number),
      bookingIds: [expect.any(Number), expect.any(Number)],
      confirmationKey: expect.stringMatching(/^[A-Z2-9]{8}$/),
      reservationResult: 1,
      bookingGolferId: 4_711,
    });
    const { items, totalItems, totalPages } = await ada.upcoming();
    expect([totalItems, totalPages]).toEqual([1, 1]);
    expect(items[0]).toMatchObject({
      reservationId: receipt.reservationId,
      startTime: slot.startTime,
      courseName: slot.courseName,
      numberOfPlayer: 2,
      reservationConfirmKey: receipt.confirmationKey,
    });
    expect(site.reservations()).toHaveLength(1);
    expect(site.refusals).toEqual([]);
  });

  it('takes its places from the slot and releases the lock', async () => {
    const { ada, slot } = await setup(name);
    await ada.book(slot);

    const found = (await ada.slots()).find(({ teeSheetId }) => teeSheetId === slot.teeSheetId);

    expect(found?.availableParticipantNo).toEqual([3, 4]);
  });

  it('is carried out once: the same request again is refused', async () => {
    const { ada, slot, site } = await setup(name);
    const body = await ada.prepare(slot);
    await ada.reserve(body);

    expect(await ada.reserve(body)).toMatchObject({ status: 400, body: INVALID_TRANSACTION });
    expect(site.reservations()).toHaveLength(1);
  });

  it('is refused when the lock has ended', async () => {
    const { ada, slot, clock, site } = await setup(name);
    const body = await ada.prepare(slot);
    clock.ms += LOCK_MS;

    expect((await ada.reserve(body)).status).toBe(400);
    expect(site.reservations()).toEqual([]);
  });

  it.each([
    ['an unknown lock', { lockedTeeTimesSessionId: randomUUID() }],
    ['an unknown transaction', { transactionId: randomUUID(), bookingTransactionId: randomUUID() }],
    ['no transaction', { transactionId: undefined }],
    ['no link to cancel', { cancelReservationLink: undefined }],
    ['no home page', { homePageLink: '' }],
    ['a group', { sessionGuid: randomUUID() }],
    ['an affiliate', { affiliateId: 1 }],
    ['no sale', { finalizeSaleModel: undefined }],
  ] as [string, Fields][])('is refused with %s', async (_, over) => {
    const { ada, slot, site } = await setup(name);

    expect((await ada.reserve({ ...(await ada.prepare(slot)), ...over })).status).toBe(400);
    expect(site.reservations()).toEqual([]);
  });

  it.each([
    ['a card', { cardNumber: '4111111111111111' }],
    ['the token of a card', { cardToken: 'abc' }],
    ['the e-mail of another golfer', { email: GRACE.email }],
    ['no expiry', { expireMM: undefined }],
  ])('is refused with %s', async (_, cardOver) => {
    const { ada, slot, site } = await setup(name);
    const { finalizeSaleModel } = ada.reserveBody({}, cardOver);

    const answer = await ada.reserve({ ...(await ada.prepare(slot)), finalizeSaleModel });

    expect(answer.status).toBe(400);
    expect(site.reservations()).toEqual([]);
  });

  it('is refused with the account of another golfer', async () => {
    const { ada, slot, site } = await setup(name);
    const { finalizeSaleModel } = ada.reserveBody();
    const sale = { ...finalizeSaleModel, acct: GRACE.acct };

    const answer = await ada.reserve({ ...(await ada.prepare(slot)), finalizeSaleModel: sale });

    expect(answer.status).toBe(400);
    expect(site.reservations()).toEqual([]);
  });

  it('is refused with the lock and the price of another golfer', async () => {
    const { ada, slot, client, site } = await setup(name);
    const grace = await client(GRACE);
    const { finalizeSaleModel } = grace.reserveBody();

    const answer = await grace.reserve({ ...(await ada.prepare(slot)), finalizeSaleModel });

    expect(answer).toMatchObject({ status: 400, body: INVALID_TRANSACTION });
    expect(site.reservations()).toEqual([]);
  });

  it('is refused with the lock of another tee time', async () => {
    const { ada, slot, site } = await setup(name);
    const body = await ada.prepare(slot);
    const { sessionId } = await ada.lock(slotWith(await ada.slots(), 4));

    expect((await ada.reserve({ ...body, lockedTeeTimesSessionId: sessionId })).status).toBe(400);
    expect(site.reservations()).toEqual([]);
  });
});

describe('a booking at a local golf course of the registered generation', () => {
  it('is refused with its two ids swapped', async () => {
    const { ada, slot } = await setup('west');
    const { transactionId, bookingTransactionId, ...body } = (await ada.prepare(slot)) as Fields;
    const swapped = { transactionId: bookingTransactionId, bookingTransactionId: transactionId };

    const answer = await ada.reserve({ ...body, ...swapped });

    expect(answer).toMatchObject({ status: 400, body: INVALID_TRANSACTION });
  });

  it.each([
    ['an id that is not registered', async () => randomUUID()],
    [
      'the id of a search',
      async ({ register, search }: Awaited<ReturnType<typeof setup>>['ada']) => {
        const transactionId = await register();
        await search({ transactionId });
        return transactionId;
      },
    ],
  ])('is refused with %s', async (_, idOf) => {
    const { ada, slot, site } = await setup('west');
    const body = await ada.prepare(slot);

    const answer = await ada.reserve({ ...body, transactionId: await idOf(ada) });

    expect(answer).toMatchObject({ status: 400, body: INVALID_TRANSACTION });
    expect(site.reservations()).toEqual([]);
  });

  it('is refused with the price alone, as the classic generation sends it', async () => {
    const { ada, slot } = await setup('west');
    const { bookingTransactionId, ...body } = (await ada.prepare(slot)) as Fields;

    const answer = await ada.reserve({ ...body, transactionId: bookingTransactionId });

    expect(answer).toMatchObject({ status: 400, body: INVALID_TRANSACTION });
  });
});

describe('a lock at a local golf course', () => {
  it('answers the session without error and warning', async () => {
    const { ada, slot } = await setup();

    const { sessionId, status, body } = await ada.lock(slot);

    expect(status).toBe(200);
    expect(body).toEqual({ teeSheetIds: [slot.teeSheetId], sessionId, error: '', warning: '' });
  });

  it('refuses the same tee time with 409 to everyone, also to its own session, for ten minutes', async () => {
    const { ada, slot, client, clock } = await setup();
    const grace = await client(GRACE);
    const { sessionId } = await ada.lock(slot);

    const during = [
      await grace.lock(slot),
      await ada.lock(slot),
      await ada.lock(slot, { sessionId }),
    ];
    clock.ms += LOCK_MS - 1;
    const atTheEnd = await grace.lock(slot);
    clock.ms += 1;

    expect(during.map(({ status }) => status)).toEqual([409, 409, 409]);
    expect(atTheEnd.status).toBe(409);
    expect((await grace.lock(slot)).status).toBe(200);
  });

  it('ends when its session unlocks it, and not when another session does', async () => {
    const { ada, slot, client } = await setup();
    const grace = await client(GRACE);
    const { sessionId } = await ada.lock(slot);
    const unlock = (over: Fields) =>
      ada.post('UnLockTeeTimes', {
        teeSheetIds: [slot.teeSheetId],
        golferId: 4_711,
        sessionId,
        ...over,
      });

    expect((await unlock({ sessionId: randomUUID() })).status).toBe(200);
    expect((await grace.lock(slot)).status).toBe(409);
    expect((await unlock({ golferId: 4_712 })).status).toBe(400);
    expect((await grace.lock(slot)).status).toBe(409);
    const ofAda = { teeSheetIds: [slot.teeSheetId], golferId: GRACE.golferId, sessionId };
    expect((await grace.post('UnLockTeeTimes', ofAda)).status).toBe(200);
    expect((await grace.lock(slot)).status).toBe(409);
    expect((await unlock({})).status).toBe(200);
    expect((await grace.lock(slot)).status).toBe(200);
  });

  it('warns of a reservation on the same day, and not of one on another day', async () => {
    const { ada, slot } = await setup();
    await ada.book(slot);
    const wednesday = { searchDate: 'Wed Jul 08 2026' };

    const same = await ada.lock(slotWith(await ada.slots(), 4));
    const other = await ada.lock(slotWith(await ada.slots(wednesday), 4));

    expect(same).toMatchObject({
      status: 200,
      body: { error: '', warning: expect.stringMatching(/already/) },
    });
    expect(other).toMatchObject({ status: 200, body: { error: '', warning: '' } });
  });

  it('answers 200 with an error at the daily maximum', async () => {
    const { ada, slot } = await setup('east', { maximumDailyBookings: 1 });
    await ada.book(slot);

    const { status, body } = await ada.lock(slotWith(await ada.slots(), 4));

    expect(status).toBe(200);
    expect(body).toMatchObject({ error: expect.stringMatching(/maximum/) });
  });

  it('answers 200 with an error for too few places, and 409 for none', async () => {
    const { ada } = await setup();
    const slots = await ada.slots({ numberOfPlayer: 1 });
    const single = slotWith(slots, 1);
    const ids = slots.map(({ teeSheetId }) => teeSheetId);
    const beforeFull = ids.find((id) => !ids.includes(id + 1)) ?? 0;
    const full = { ...single, teeSheetId: beforeFull + 1 };

    expect(await ada.lock(single)).toMatchObject({
      status: 200,
      body: { error: expect.stringMatching(/places/) },
    });
    expect((await ada.lock(single, { numberOfPlayer: 1 })).body).toMatchObject({ error: '' });
    expect((await ada.lock(full)).status).toBe(409);
  });

  it('answers 200 with an error for a tee time in the past', async () => {
    const { slot, clock, client } = await setup();
    clock.ms += 2 * 86_400_000;

    const { status, body } = await (await client()).lock(slot);

    expect(status).toBe(200);
    expect(body).toMatchObject({ error: expect.stringMatching(/past/) });
  });

  it('is refused with 400 before the day is released', async () => {
    const { client } = await golfAt('east', {
      now: '2026-07-06T10:59:00Z',
      course: { releaseTime: '06:58' },
    });
    const ada = await client();
    const slot = slotWith(await ada.slots({ searchDate: 'Mon Jul 13 2026' }), 4);
    const early = await golfAt('east', {
      now: '2026-07-06T10:57:00Z',
      course: { releaseTime: '06:58' },
    });

    const answer = await (await early.client()).lock(slot);

    expect((await ada.lock(slot)).status).toBe(200);
    expect(answer).toMatchObject({
      status: 400,
      body: expect.stringContaining('not able to book this tee time currently'),
    });
  });

  it.each([
    ['no tee time', { teeSheetIds: [] }],
    ['two tee times', { teeSheetIds: [1, 2] }],
    ['an unknown tee time', { teeSheetIds: [1] }],
    ['the id as text', { golferId: '4711' }],
    ['another golfer', { golferId: 4_712 }],
    ['another e-mail', { email: GRACE.email }],
    ['another action', { action: 'Booking' }],
    ['a session that is no UUID', { sessionId: '1' }],
    ['another class', { classCode: 'X' }],
    ['no players', { numberOfPlayer: 0 }],
    ['five players', { numberOfPlayer: 5 }],
    ['a page', { navigateUrl: '/' }],
    ['a group', { isGroupBooking: true }],
  ] as [string, Fields][])('is refused with %s', async (_, over) => {
    const { ada, slot } = await setup();

    expect((await ada.lock(slot, over)).status).toBe(400);
    expect((await ada.lock(slot)).status).toBe(200);
  });
});

describe('a price at a local golf course', () => {
  it('is the green fee of each player and the half cart of each rider, with tax', async () => {
    const { ada, slot } = await setup();
    await ada.lock(slot);

    const walking = await ada.post('TeeTimePricesCalculation', ada.priceBody(slot));
    const riding = await ada.post(
      'TeeTimePricesCalculation',
      ada.priceBody(slot, { numberOfRider: 2 }),
    );

    expect(walking.body).toMatchObject({
      transactionId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      summaryDetail: { subTotal: 90.5, total: 95.93, totalDueAtCourse: 95.93 },
    });
    expect(riding.body).toMatchObject({ summaryDetail: { subTotal: 131.5, total: 139.39 } });
  });

  it('of nine holes at a tee time of eighteen is that of nine', async () => {
    const { ada, slot } = await setup();
    await ada.lock(slot);

    const body = ada.priceBody(slot, { holes: 9 }, { holes: 9 });

    expect((await ada.post('TeeTimePricesCalculation', body)).body).toMatchObject({
      summaryDetail: { subTotal: 55.5 },
    });
  });

  it('of eighteen holes is refused at a tee time of nine', async () => {
    const { ada } = await setup();
    const slot = slotWith(await ada.slots({ holes: 9 }), 4);
    await ada.lock(slot);
    const priceOf = (holes: number) =>
      ada.post('TeeTimePricesCalculation', ada.priceBody(slot, { holes }, { holes }));

    expect((await priceOf(18)).status).toBe(400);
    expect((await priceOf(9)).body).toMatchObject({ summaryDetail: { subTotal: 49.5 } });
  });

  it('is refused before the lock, after it and under the lock of another golfer', async () => {
    const { ada, slot, client, clock } = await setup();
    const grace = await client(GRACE);
    const price = async () =>
      (await ada.post('TeeTimePricesCalculation', ada.priceBody(slot))).status;

    const before = await price();
    await grace.lock(slot);
    const underAnother = await price();
    clock.ms += LOCK_MS;
    await ada.lock(slot);
    const during = await price();
    clock.ms += LOCK_MS;

    expect([before, underAnother, during, await price()]).toEqual([400, 400, 200, 400]);
  });

  it.each([
    ['fewer items than players', { numberOfPlayer: 3 }, {}],
    ['no items', { bookingList: [] }, {}],
    ['more riders than players', { numberOfRider: 3 }, {}],
    ['a coupon', { coupon: 'FREE' }, {}],
    ['a deposit', { depositAmount: 1 }, {}],
    ['a transaction', { transactionId: randomUUID() }, {}],
    ['a card', { ibxCardOnFile: {} }, {}],
    ['no third party', { thirdPartyId: undefined }, {}],
    ['other holes', { holes: 9 }, {}],
    ['a place twice', {}, { participantNo: 1 }],
    ['a place that does not exist', {}, { participantNo: 5 }],
    ['another tee time', {}, { teeSheetId: 1 }],
    ['another rate', {}, { rateCode: 'X' }],
    ['all players unassigned', {}, { isUnAssignedPlayer: true }],
    ['all players assigned', {}, { isUnAssignedPlayer: false }],
    ['the class of a golfer for everyone', {}, { memberClassCode: 'R' }],
    ['the store as a number', {}, { memberStoreId: 1 }],
    ['the player as a number', {}, { playerId: 0 }],
    ['another account', {}, { acct: GRACE.acct }],
    ['another golfer', {}, { golferId: GRACE.golferId }],
    ['a guest', {}, { isGuestOf: true }],
    ['another cart', {}, { cartType: 1 }],
    ['capacity pricing', {}, { isUseCapacityPricing: true }],
  ] as [string, Fields, Fields][])('is refused with %s', async (_, over, itemOver) => {
    const { ada, slot } = await setup();
    await ada.lock(slot);

    const body = ada.priceBody(slot, over, itemOver);

    expect((await ada.post('TeeTimePricesCalculation', body)).status).toBe(400);
    expect((await ada.post('TeeTimePricesCalculation', ada.priceBody(slot))).status).toBe(200);
  });
});

describe('the API of a local golf course', () => {
  it('refuses a body that is not JSON with 400, and one of another type with 415', async () => {
    const { ada, slot, site } = await setup();
    const over = { 'Content-Type': 'text/plain' };

    const text = await ada.send('POST', 'LockTeeTimes', { body: ada.lockBody(slot), over });

    expect(text.status).toBe(415);
    expect((await ada.post('LockTeeTimes', 'text')).status).toBe(400);
    expect(site.refusals).toHaveLength(2);
  });
});
