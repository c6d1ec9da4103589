import { describe, expect, it } from 'vitest';
import { searchTeeTimes } from '#lib/actions/golf/search-tee-times.ts';
import { slotOfId } from '#lib/actions/golf/slot-id.ts';
import type { GolfFault } from '#scripts/local/golf/golf-faults.ts';
import { failure } from '#test/lib/http/requests.ts';
import { unsafeIn } from '#test/support/unsafe-text.ts';
import { type GolfActionsOptions, golfActions } from './golf-actions.ts';

interface Found {
  course_title: string;
  from: string;
  to: string;
  slots: {
    slot_id: string;
    start_time: string;
    holes: number;
    free_places: number;
    total_cents?: number;
  }[];
}

const TUESDAY = '2026-07-07';
const MORNING = { course: 'east', date: TUESDAY, from: '08:00', to: '10:00', players: 2 };

const setup = async (options: GolfActionsOptions = {}) => {
  const world = await golfActions(options);
  const search = async (over: object = {}) =>
    (await world.run(searchTeeTimes, { ...MORNING, ...over })) as Found;
  return { ...world, search, east: world.site('east') };
};

describe.each(['east', 'west'] as const)('a search at %s', (course) => {
  it('finds the tee times of the window, the earliest first', async () => {
    const { search } = await setup();

    const { from, to, slots } = await search({ course, max_results: 20 });

    const offset = course === 'east' ? '-04:00' : '-07:00';
    expect([from, to]).toEqual([`${TUESDAY}T08:00:00${offset}`, `${TUESDAY}T10:00:00${offset}`]);
    const starts = slots.map(({ start_time }) => start_time);
    expect(starts.length).toBeGreaterThan(3);
    expect(starts).toEqual([...starts].sort());
    expect(starts.every((start) => start >= from && start <= to)).toBe(true);
    expect(slots.every(({ free_places }) => free_places >= 2)).toBe(true);
  });

  it('finds the same with two local times as with a date and times', async () => {
    const { search } = await setup();
    const { date: _date, from: _from, to: _to, ...rest } = { ...MORNING, course };
    const times = { start_time: `${TUESDAY}T08:00`, end_time: `${TUESDAY}T10:00:00` };

    const found = await setup().then(({ run }) => run(searchTeeTimes, { ...rest, ...times }));

    expect(found).toEqual(await search({ course }));
  });

  it('names in the id what a booking needs', async () => {
    const { search } = await setup();

    const [slot] = (await search({ course })).slots;

    expect(slotOfId(slot?.slot_id ?? '')).toEqual([
      course,
      expect.any(Number),
      Date.parse(slot?.start_time ?? ''),
      18,
    ]);
  });

  it('accepts that there are no tee times when a second read confirms it after two seconds', async () => {
    const { search, site, waits, calls } = await setup();
    site(course).faults.switchOn('false NO_TEETIMES');

    expect((await search({ course })).slots).toEqual([]);
    expect(waits).toEqual([2_000]);
    expect(calls.filter(({ path }) => path.includes('/TeeTimes?'))).toHaveLength(2);
  });

  it('finds what the second read finds', async () => {
    const { search, site, waits } = await setup();
    const expected = await search({ course });
    site(course).faults.switchOn('false NO_TEETIMES', 1);

    expect(await search({ course })).toEqual(expected);
    expect(waits).toEqual([2_000]);
  });

  it('without time for a second read is not empty, but fails', async () => {
    const { search, site, waits } = await setup({ budgetMs: 2_000, timeoutMs: 900 });
    site(course).faults.switchOn('false NO_TEETIMES');

    expect(await failure(search({ course }))).toMatchObject({
      kind: 'unavailable',
      code: 'HTTP_DEADLINE',
    });
    expect(waits).toEqual([]);
  });

  it('sends the offset of the day', async () => {
    const { search, calls } = await setup();

    await search({ course });

    expect(new Set(calls.map(({ headers }) => headers['x-timezone-offset']))).toEqual(
      new Set([course === 'east' ? '240' : '420']),
    );
  });
});

describe('a search', () => {
  it.each([
    { wish: { players: 4 }, holds: ({ free_places }: Found['slots'][0]) => free_places === 4 },
    { wish: { holes: 18 }, holds: ({ holes }: Found['slots'][0]) => holes === 18 },
    {
      wish: { holes: 9, from: '14:00', to: '18:00' },
      holds: ({ holes }: Found['slots'][0]) => holes === 9,
    },
    {
      wish: { max_total_cents: 9_594 },
      holds: ({ total_cents }: Found['slots'][0]) => total_cents === 9_594,
    },
  ])('finds only tee times that fulfil $wish', async ({ wish, holds }) => {
    const { search } = await setup();

    const { slots } = await search({ ...wish, max_results: 20 });

    expect(slots.length).toBeGreaterThan(0);
    expect(slots.every(holds)).toBe(true);
  });

  it('states the price of all players, tax included, in cents', async () => {
    const { search } = await setup();

    for (const players of [1, 2, 3, 4]) {
      expect((await search({ players })).slots[0]?.total_cents).toBe(4_797 * players);
    }
  });

  it('finds nothing when everything costs a cent too much', async () => {
    const { search, waits } = await setup();

    expect((await search({ max_total_cents: 9_593 })).slots).toEqual([]);
    expect(waits).toEqual([]);
  });

  it.each([
    [undefined, 5],
    [1, 1],
    [20, 20],
  ])('with max_results %s returns %i', async (max_results, expected) => {
    const { search } = await setup();
    const { slots } = await search({ from: '00:00', to: '23:59', max_results });

    expect(slots).toHaveLength(expected);
  });

  it('without from and to covers the whole day, and today only what has not begun', async () => {
    const { run } = await setup();
    const search = async (date: string) =>
      (await run(searchTeeTimes, { course: 'east', date, players: 1, max_results: 1 })) as Found;

    const later = await search(TUESDAY);
    expect(later.from).toBe(`${TUESDAY}T00:00:00-04:00`);
    expect(later.slots[0]?.start_time.slice(11, 13)).toBe('07');
    const [slot] = (await search('2026-07-06')).slots;
    expect((slot?.start_time ?? '') > '2026-07-06T10:30:00-04:00').toBe(true);
  });

  it('is an error for an unknown course, which lists the courses', async () => {
    const { search } = await setup();

    expect(await failure(search({ course: 'north' }))).toMatchObject({
      kind: 'invalid',
      code: 'INVALID_PAYLOAD',
      details: [
        {
          path: 'payload.course',
          problem: 'must be one of birdsfoot, totteridge, east, west',
        },
      ],
    });
  });
});

const WORKS = 'works';
const SERVICE_FAULTS: Record<GolfFault, string> = {
  slow: WORKS,
  hangs: 'HTTP_TIMEOUT',
  'cuts the connection': 'HTTP_CONNECTION',
  'answers 429': 'HTTP_429',
  'answers 500': 'HTTP_5XX',
  'answers 503': 'HTTP_5XX',
  'bot challenge': 'BLOCKED_BY_PROVIDER',
  'HTML instead of JSON': 'BLOCKED_BY_PROVIDER',
  'truncated JSON': 'UNREADABLE_RESPONSE',
  'body of 2 MB': 'RESPONSE_TOO_LARGE',
  'wrong charset': 'UNREADABLE_RESPONSE',
  'wrong content type': 'UNREADABLE_RESPONSE',
  'deep JSON': 'UNREADABLE_RESPONSE',
  'answers 500 after committing': WORKS,
  'cuts the connection after committing': WORKS,
  'commits late': WORKS,
  'lists bookings late': WORKS,
  'error in a 200': WORKS,
  'booking fails in a 200': WORKS,
  'slot taken': WORKS,
  'not yet released': 'REFUSED_BY_PROVIDER',
  'price drift': WORKS,
  'false NO_TEETIMES': 'nothing',
  'duplicate slots': WORKS,
  'prices as text': WORKS,
  'slots without prices': 'without prices',
  'times with offset': WORKS,
  'hostile strings': WORKS,
  'refuses tokens': 'CREDENTIALS_REFUSED',
  'token endpoint fails': 'HTTP_5XX',
  'key set fails': 'KEYS_UNAVAILABLE',
  'expires_in is 0': WORKS,
  'tokens are expired': 'UNREADABLE_RESPONSE',
  'tokens of another key': 'UNREADABLE_RESPONSE',
  'tokens without golferId': 'UNREADABLE_RESPONSE',
};
const FAULTS = Object.entries(SERVICE_FAULTS) as [GolfFault, string][];

describe.each(['east', 'west'] as const)('a search at %s while the site', (course) => {
  it.each(FAULTS)('%s: %s', async (fault, expected) => {
    const { search, site, log } = await setup({ timeoutMs: fault === 'hangs' ? 200 : 10_000 });
    const usual = (await setup()).search;
    site(course).faults.switchOn(fault);
    const found = search({ course }).catch((error: unknown) => failure(Promise.reject(error)));

    if (expected === WORKS) {
      expect(await found).toEqual(await usual({ course }));
    } else if (expected === 'nothing') {
      expect((await found) as Found).toMatchObject({ slots: [] });
    } else if (expected === 'without prices') {
      const { slots } = (await found) as Found;
      expect(slots.map(({ total_cents }) => total_cents)).toEqual(Array(5).fill(undefined));
      expect((await search({ course, max_total_cents: 1_000_000 })).slots).toEqual([]);
    } else {
      const isSafe = (message: string) => unsafeIn(message).length === 0;
      expect(await found).toMatchObject({
        code: expected,
        message: expect.toSatisfy(isSafe),
      });
    }
    expect(log.at('error')).toEqual([]);
  });
});

describe.each(['east', 'west'] as const)(
  'a search at %s after the site revoked the token',
  (course) => {
    it('gets a new one, which says nothing about the site', async () => {
      const { search, site, verdicts } = await setup();
      const expected = await search({ course });
      site(course).expireTokens();

      expect(await search({ course })).toEqual(expected);
      expect(new Set(verdicts)).toEqual(new Set(['success', 'neutral']));
    });
  },
);

describe('a course whose configuration is wrong', () => {
  it.each(['website_id', 'site_id', 'terminal_id'])('in %s is named by the error', async (id) => {
    const { search } = await setup({ course: { [id]: '99' } });

    expect(await failure(search())).toMatchObject({
      kind: 'invalid',
      code: 'REFUSED_BY_PROVIDER',
      message: expect.stringMatching(
        /"Invalid componentid request header".*site_id.*east\.example/,
      ),
    });
  });

  it('in its generation is named by the error when the site does not know registered ids', async () => {
    const { search } = await setup({ course: { generation: 'registered' } });

    expect(await failure(search())).toMatchObject({
      kind: 'unavailable',
      code: 'CONFIG_UNAVAILABLE',
      retryable: false,
      message: expect.stringContaining('generation classic'),
    });
  });

  it('in its generation is refused by a site that demands registered ids', async () => {
    const { search } = await setup({ course: { generation: 'classic' } });

    expect(await failure(search({ course: 'west' }))).toMatchObject({
      kind: 'invalid',
      code: 'REFUSED_BY_PROVIDER',
    });
  });
});

const SLOT = {
  teeSheetId: 1,
  startTime: '2026-07-07T08:10:00',
  holes: 18,
  availableParticipantNo: [1, 2],
  shItemPrices: [{ shItemCode: 'GreenFee18', price: 40, taxInclusivePrice: 42.4 }],
};
const NOTHING = { messageKey: 'NO_TEETIMES' };
const wrapped = (content: unknown, isSuccess = true) => ({
  transactionId: 'x',
  isSuccess,
  content,
});

describe('the answer', () => {
  it.each([
    { course: 'east', name: 'of the other generation', body: wrapped([SLOT]) },
    { course: 'east', name: 'empty in the other generation', body: wrapped(NOTHING) },
    { course: 'west', name: 'of the other generation', body: [SLOT] },
    { course: 'west', name: 'empty in the other generation', body: NOTHING },
  ])('at $course $name says that the configuration is wrong', async ({ course, body }) => {
    const { search, reply } = await setup();
    reply('TeeTimes', body);

    expect(await failure(search({ course }))).toMatchObject({ code: 'CONFIG_UNAVAILABLE' });
  });

  it.each([
    { course: 'east', body: { error: 'Closed.' }, reason: 'Closed.' },
    { course: 'east', body: { error: { message: 'Closed.' } }, reason: 'Closed.' },
    { course: 'east', body: { isSuccess: false, errors: ['Closed.'] }, reason: 'Closed.' },
    {
      course: 'east',
      body: { messageKey: 'X', messageDetail: '<p>A <b>frost</b></p>' },
      reason: 'A frost',
    },
    { course: 'east', body: 'Closed.', reason: 'Closed.' },
    {
      course: 'west',
      body: wrapped({ messageKey: 'X', messageTitle: 'Closed.' }),
      reason: 'Closed.',
    },
    { course: 'west', body: wrapped(null, false), reason: 'without a reason' },
    { course: 'west', body: wrapped([SLOT], false), reason: 'without a reason' },
    { course: 'west', body: { isSuccess: false, error: 'Closed.' }, reason: 'Closed.' },
  ])('$body at $course is a refusal', async ({ course, body, reason }) => {
    const { search, reply } = await setup();
    reply('TeeTimes', body);

    expect(await failure(search({ course }))).toMatchObject({
      kind: 'invalid',
      code: 'REFUSED_BY_PROVIDER',
      message: expect.stringContaining(reason),
    });
  });

  it.each([
    ['east', null],
    ['east', 7],
    ['east', {}],
    ['east', ''],
    ['east', [{ teeSheetId: 1 }]],
    ['east', [{ ...SLOT, startTime: '2026-02-30T08:00:00' }]],
    ['west', wrapped(null)],
    ['west', wrapped({})],
    ['west', {}],
  ])('at %s cannot be %j', async (course, body) => {
    const { search, reply } = await setup();
    reply('TeeTimes', body);

    expect(await failure(search({ course }))).toMatchObject({
      kind: 'unavailable',
      code: 'UNREADABLE_RESPONSE',
    });
  });

  it.each([
    [400, 'The search is not valid.', 'invalid', 'REFUSED_BY_PROVIDER'],
    [404, { title: 'Not Found' }, 'invalid', 'REFUSED_BY_PROVIDER'],
    [302, '', 'unavailable', 'UNREADABLE_RESPONSE'],
    [204, '', 'unavailable', 'UNREADABLE_RESPONSE'],
  ])('with the status %i is an error', async (status, body, kind, code) => {
    const { search, reply } = await setup();
    reply('TeeTimes', body, status);

    expect(await failure(search())).toMatchObject({ kind, code });
  });

  it('that is refused with a hostile reason gives one clean, short line without tokens', async () => {
    const { search, reply } = await setup();
    reply(
      'TeeTimes',
      `<script>x</script>\u001b[31m\u202e\n${'word '.repeat(200)}${'k'.repeat(900)}`,
      400,
    );

    const { message } = await failure(search());

    expect(unsafeIn(message)).toEqual([]);
    expect(message).not.toMatch(/[<>\n]|k{41}/);
    expect(message.length).toBeLessThan(400);
  });

  it('may contain entries that cannot be read, which are counted in the log', async () => {
    const { search, reply, log } = await setup();
    const { availableParticipantNo: _, ...withoutPlaces } = SLOT;
    reply('TeeTimes', [null, SLOT, { ...SLOT, holes: 27 }, withoutPlaces]);

    expect((await search()).slots).toHaveLength(1);
    expect(log.at('warn')).toMatchObject([{ fields: { course: 'east', unreadable: 3 } }]);
  });

  it.each([
    ['a place too few', { availableParticipantNo: [1] }],
    ['no places', { availableParticipantNo: null }],
    ['more players than it may have', { maxPlayer: 1 }],
    ['fewer players than it must have', { minPlayer: 3 }],
    ['another course', { courseId: 9 }],
    ['a time before the window', { startTime: '2026-07-07T07:59:59' }],
    ['a time after the window', { startTime: '2026-07-07T10:00:01' }],
    ['another day', { startTime: '2026-07-08T08:10:00' }],
    ['another day in its offset', { startTime: '2026-07-07T08:10:00+09:00' }],
  ])('may contain a tee time with %s, which is left out', async (_, over) => {
    const { search, reply } = await setup();
    reply('TeeTimes', [{ ...SLOT, ...over }]);

    expect((await search()).slots).toEqual([]);
  });

  it.each([
    ['2026-07-07T08:10', '2026-07-07T08:10:00-04:00'],
    ['2026-07-07T08:10:30.123', '2026-07-07T08:10:30-04:00'],
    ['2026-07-07T08:10:00-04:00', '2026-07-07T08:10:00-04:00'],
    ['2026-07-07T12:10:00Z', '2026-07-07T08:10:00-04:00'],
    ['2026-07-07T05:10:00-07:00', '2026-07-07T08:10:00-04:00'],
  ])('may contain the time %s', async (startTime, expected) => {
    const { search, reply } = await setup();
    reply('TeeTimes', [{ ...SLOT, startTime }]);

    expect((await search()).slots[0]?.start_time).toBe(expected);
  });
});

describe('the text for people', () => {
  const textOf = async (over: object = {}, slots: unknown = [SLOT]) => {
    const { run, reply } = await setup();
    reply('TeeTimes', slots);
    return searchTeeTimes.present(await run(searchTeeTimes, { ...MORNING, ...over }));
  };

  it('has one block with the course, the day and each tee time with its price', async () => {
    expect(await textOf({}, [SLOT, { ...SLOT, teeSheetId: 2, shItemPrices: [] }])).toEqual([
      'East Course, Tuesday, July 7, 2026, 2 players\n8:10 AM: $84.80 in total, 18 holes, 2 free\n8:10 AM: no price stated, 18 holes, 2 free',
    ]);
  });

  it('says that there is no tee time', async () => {
    expect(await textOf({ players: 1, to: '23:59' }, [])).toEqual([
      'No tee time for 1 player at East Course on Tuesday, July 7, 2026, 8:00 AM to 11:59 PM.',
    ]);
  });
});
