import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Fields, GRACE, golfAt, TUESDAY } from './golf-client.ts';

describe('a search at a local golf course', () => {
  it('of the classic generation answers the bare list of slots', async () => {
    const { client } = await golfAt('east');
    const { search } = await client();

    const { status, body } = await search();

    expect(status).toBe(200);
    expect(body).toBeInstanceOf(Array);
    expect((body as unknown[])[0]).toEqual({
      teeSheetId: expect.any(Number),
      startTime: expect.stringMatching(/^2026-07-07T\d\d:\d\d:00$/),
      courseId: 1,
      siteId: 3,
      courseName: 'East Course',
      holes: 18,
      participants: 4,
      availableParticipantNo: expect.any(Array),
      minPlayer: 1,
      maxPlayer: expect.any(Number),
      shItemPrices: [
        {
          shItemCode: 'GreenFee18',
          price: 45.25,
          taxInclusivePrice: 47.97,
          itemDesc: expect.any(String),
        },
        {
          shItemCode: 'HalfCart18',
          price: 20.5,
          taxInclusivePrice: 21.73,
          itemDesc: expect.any(String),
        },
        {
          shItemCode: 'GreenFee9',
          price: 27.75,
          taxInclusivePrice: 29.42,
          itemDesc: expect.any(String),
        },
        {
          shItemCode: 'HalfCart9',
          price: 12.25,
          taxInclusivePrice: 12.99,
          itemDesc: expect.any(String),
        },
      ],
    });
  });

  it('of the registered generation answers a wrapped list with the id of the search', async () => {
    const { client } = await golfAt('west');
    const { register, search } = await client();
    const transactionId = await register();

    const { body } = await search({ transactionId });

    expect(body).toMatchObject({ transactionId, isSuccess: true, content: expect.any(Array) });
  });

  it.each<['east' | 'west', string]>([
    ['east', 'is the message itself'],
    ['west', 'is wrapped'],
  ])('at %s without a result %s', async (name) => {
    const { client } = await golfAt(name);
    const { search } = await client();

    const { status, body } = await search({ searchDate: 'Sun Jul 05 2026' });

    const message = { messageKey: 'NO_TEETIMES', messageDetail: expect.any(String) };
    expect(status).toBe(200);
    expect(body).toMatchObject(name === 'east' ? message : { isSuccess: true, content: message });
  });

  it('lists slots with enough free places, and the same ones each time', async () => {
    const { client } = await golfAt('east');
    const { slots } = await client();

    for (const players of [1, 2, 3, 4]) {
      const found = await slots({ numberOfPlayer: players });
      const free = found.map(({ availableParticipantNo }) => availableParticipantNo.length);
      expect(Math.min(...free)).toBe(players);
      expect(found.map(({ maxPlayer }) => maxPlayer)).toEqual(free);
      expect(await slots({ numberOfPlayer: players })).toEqual(found);
    }
  });

  it.each([
    [9, [9]],
    [18, [18]],
    [0, [18, 9]],
  ])('for %i holes lists slots of %j holes', async (holes, expected) => {
    const { client } = await golfAt('east');
    const { slots } = await client();

    expect([...new Set((await slots({ holes })).map((slot) => slot.holes))]).toEqual(expected);
  });

  it('of today lists only slots that have not begun', async () => {
    const { client, clock } = await golfAt('east');
    const { slots } = await client();
    const first = async () => (await slots({ searchDate: 'Mon Jul 06 2026' }))[0]?.startTime;
    const before = await first();

    clock.ms += 1_800_000;

    expect(before).toMatch(/^2026-07-06T10:[345]0/);
    expect(await first()).toMatch(/^2026-07-06T11:[0123]0/);
  });

  it('does not list a slot that is locked', async () => {
    const { client } = await golfAt('east');
    const { slots, lock } = await client();
    const [slot] = await slots();
    if (slot) await lock(slot);

    expect((await slots()).map(({ teeSheetId }) => teeSheetId)).not.toContain(slot?.teeSheetId);
  });

  it.each([
    ['a day after the last one', '2026-07-06T14:30:00Z', 'Tue Jul 14 2026', 400],
    ['the last day, after its release', '2026-07-06T14:30:00Z', 'Mon Jul 13 2026', 200],
    ['the last day, at the minute of its release', '2026-07-06T11:00:00Z', 'Mon Jul 13 2026', 200],
    ['the last day, before its release', '2026-07-06T10:59:59Z', 'Mon Jul 13 2026', 400],
    ['the day before the last one, early', '2026-07-06T10:59:59Z', 'Sun Jul 12 2026', 200],
  ])('for %s', async (_, now, searchDate, status) => {
    const { client } = await golfAt('east', { now });
    const { search } = await client();

    const answer = await search({ searchDate });

    expect(answer.status).toBe(status);
    if (status === 400) expect(answer.body).toContain('not able to book this tee time currently');
  });

  it.each([
    ['a date in ISO 8601', { searchDate: '2026-07-07' }],
    ['the wrong weekday', { searchDate: 'Mon Jul 07 2026' }],
    ['a day that does not exist', { searchDate: 'Tue Feb 30 2026' }],
    ['a day without zero', { searchDate: 'Tue Jul 7 2026' }],
    ['no date', { searchDate: undefined }],
    ['five players', { numberOfPlayer: 5 }],
    ['no players', { numberOfPlayer: undefined }],
    ['seven holes', { holes: 7 }],
    ['another course', { courseIds: 9 }],
    ['another class', { classCode: 'X' }],
    ['no rate', { defaultOnlineRate: undefined }],
    ['capacity pricing', { isUseCapacityPricing: true }],
    ['another view', { teeSheetSearchView: 1 }],
    ['another type', { searchType: 2 }],
    ['another store', { memberStoreId: 2 }],
  ] as [string, Fields][])('with %s is refused with 400', async (_, over) => {
    const { client } = await golfAt('east');
    const { search } = await client();

    expect((await search(over)).status).toBe(400);
  });

  it('with spaces as plus signs, or a parameter given twice, is refused with 400', async () => {
    const { client } = await golfAt('east');
    const { send, searchPath } = await client();
    const path = await searchPath();

    expect((await send('GET', path.replaceAll('%20', '+'))).status).toBe(400);
    expect((await send('GET', `${path}&classCode=R`)).status).toBe(400);
    expect((await send('GET', path)).status).toBe(200);
  });

  it.each([
    ['an id that is not registered', { transactionId: randomUUID() }],
    ['no id', { transactionId: undefined }],
    ['no least hour', { teeOffTimeMin: undefined }],
    ['another last hour', { teeOffTimeMax: 20 }],
    ['no change of hours', { isChangeTeeOffTime: undefined }],
  ] as [string, Fields][])(
    'of the registered generation with %s is refused with 400',
    async (_, over) => {
      const { client } = await golfAt('west');
      const { search } = await client();

      expect((await search(over)).status).toBe(400);
    },
  );

  it('of the registered generation may use an id again, but not that of another golfer', async () => {
    const { client } = await golfAt('west');
    const ada = await client();
    const grace = await client(GRACE);
    const transactionId = await ada.register();

    const statuses = [
      (await ada.search({ transactionId })).status,
      (await ada.search({ transactionId })).status,
      (await grace.search({ transactionId })).status,
    ];

    expect(statuses).toEqual([200, 200, 400]);
  });
});

describe('RegisterTransactionId at a local golf course', () => {
  it('answers true for a new id and refuses it the second time', async () => {
    const { client } = await golfAt('west');
    const { post } = await client();
    const body = { transactionId: randomUUID() };

    expect(await post('RegisterTransactionId', body)).toMatchObject({ status: 200, body: true });
    expect((await post('RegisterTransactionId', body)).status).toBe(400);
  });

  it.each([
    ['no id', {}],
    ['an id that is no UUID', { transactionId: '1' }],
  ])('refuses %s', async (_, body) => {
    const { client } = await golfAt('west');

    expect((await (await client()).post('RegisterTransactionId', body)).status).toBe(400);
  });

  it('does not exist in the classic generation', async () => {
    const { client } = await golfAt('east');
    const { post } = await client();

    const answer = await post('RegisterTransactionId', { transactionId: randomUUID() });

    expect(answer.status).toBe(404);
  });
});

describe('BookingRuleModels at a local golf course', () => {
  it('says how early and how often golfers may book', async () => {
    const { client } = await golfAt('east');
    const { send } = await client();

    const path = `BookingRuleModels?classcode=R&courseIds=1&searchDate=${encodeURIComponent(TUESDAY)}`;
    const { body } = await send('GET', path);

    expect(body).toMatchObject({
      bookingRuleByClass: [
        {
          classCode: 'R',
          bookingRuleByCourse: [
            {
              courseId: 1,
              daysInAdvance: 7,
              daysInAdvanceWeekend: 0,
              time: expect.stringMatching(/T07:00:00$/),
            },
          ],
        },
      ],
      bookingRuleByCourses: [{ courseId: 1, daysInAdvance: 7, maximumDailyBookings: 4 }],
    });
  });
});
