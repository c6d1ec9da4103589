import { describe, expect, it } from 'vitest';
import { searchTeeTimes } from '#lib/actions/golf/search-tee-times.ts';
import { failure } from '#test/lib/http/requests.ts';
import { golfActions } from './golf-actions.ts';

interface Change {
  zone: string;
  /** The day on which clocks change. */
  date: string;
  /** The offsets before and after. */
  before: string;
  after: string;
  /** What the header says: the offset at noon. Minutes that the zone is behind UTC. */
  minutesWest: string;
  /** A time that does not exist on that day. */
  skipped?: string;
  /** A time that occurs twice on that day. */
  twice?: string;
}

const NEW_YORK = {
  spring: { before: '-05:00', after: '-04:00', minutesWest: '240', skipped: '02:30' },
  autumn: { before: '-04:00', after: '-05:00', minutesWest: '300', twice: '01:30' },
};
const LOS_ANGELES = {
  spring: { before: '-08:00', after: '-07:00', minutesWest: '420', skipped: '02:30' },
  autumn: { before: '-07:00', after: '-08:00', minutesWest: '480', twice: '01:30' },
};
const LORD_HOWE = {
  spring: { before: '+10:30', after: '+11:00', minutesWest: '-660', skipped: '02:15' },
  autumn: { before: '+11:00', after: '+10:30', minutesWest: '-630', twice: '01:45' },
};

const CHANGES: readonly Change[] = [
  ...['2026-03-08', '2027-03-14'].flatMap((date) => [
    { zone: 'America/New_York', date, ...NEW_YORK.spring },
    { zone: 'America/Los_Angeles', date, ...LOS_ANGELES.spring },
  ]),
  ...['2026-11-01', '2027-11-07'].flatMap((date) => [
    { zone: 'America/New_York', date, ...NEW_YORK.autumn },
    { zone: 'America/Los_Angeles', date, ...LOS_ANGELES.autumn },
  ]),
  ...['2026-10-04', '2027-10-03'].map((date) => ({
    ...{ zone: 'Australia/Lord_Howe', date, ...LORD_HOWE.spring },
  })),
  ...['2026-04-05', '2027-04-04'].map((date) => ({
    ...{ zone: 'Australia/Lord_Howe', date, ...LORD_HOWE.autumn },
  })),
];

interface Found {
  from: string;
  to: string;
  slots: { start_time: string }[];
}

/** The day before the change, in the evening of New York. */
const eveOf = (date: string) =>
  new Date(Date.parse(`${date}T00:00:00Z`) - 86_400_000).toISOString();

const withSkipped = CHANGES.flatMap(({ skipped, ...change }) =>
  skipped === undefined ? [] : [{ ...change, skipped }],
);
const withTwice = CHANGES.flatMap(({ twice, ...change }) =>
  twice === undefined ? [] : [{ ...change, twice }],
);

describe.each(['east', 'west'] as const)('a search at %s', (at) => {
  const setup = async ({ zone, date }: Pick<Change, 'zone' | 'date'>) => {
    const world = await golfActions({ at, now: eveOf(date), site: { zone } });
    const search = async (over: object = {}) =>
      (await world.run(searchTeeTimes, {
        ...{ course: at, date, players: 1, max_results: 20, ...over },
      })) as Found;
    /** The site then sends slots with these times. */
    const sends = (startTimes: readonly string[]) => {
      const slot = { holes: 18, availableParticipantNo: [1] };
      const content = startTimes.map((startTime, n) => ({ ...slot, teeSheetId: n, startTime }));
      world.reply('TeeTimes', at === 'east' ? content : { isSuccess: true, content });
    };
    return { ...world, search, sends };
  };

  it.each(CHANGES)(
    'in $zone on $date sends the offset of the day, and shows that of each time',
    async ({ before, after, minutesWest, ...change }) => {
      const { search, calls } = await setup(change);

      const { from, to, slots } = await search();

      const { date } = change;
      expect([from, to]).toEqual([`${date}T00:00:00${before}`, `${date}T23:59:00${after}`]);
      expect(slots).toHaveLength(20);
      expect(slots.every(({ start_time }) => start_time.endsWith(after))).toBe(true);
      expect(slots[0]?.start_time.startsWith(`${date}T07:`)).toBe(true);
      const sent = calls.map(({ headers }) => headers['x-timezone-offset']);
      expect(new Set(sent)).toEqual(new Set([minutesWest]));
    },
  );

  it.each(withSkipped)(
    'in $zone on $date cannot begin or end at $skipped, which clocks skip',
    async ({ skipped, ...change }) => {
      const { run, calls } = await setup(change);
      const { date, zone } = change;
      const times = { start_time: `${date}T00:00`, end_time: `${date}T10:00` };
      const inputs: [string, object][] = [
        ['from', { date, from: skipped }],
        ['to', { date, to: skipped }],
        ['start_time', { ...times, start_time: `${date}T${skipped}` }],
        ['end_time', { ...times, end_time: `${date}T${skipped}` }],
      ];

      for (const [field, input] of inputs) {
        const { code, details } = await failure(
          run(searchTeeTimes, { course: at, players: 1, ...input }),
        );
        const problem = `does not exist in ${zone} on ${date}: clocks skip it`;
        expect([code, details]).toEqual([
          'INVALID_PAYLOAD',
          [{ path: `payload.${field}`, problem }],
        ]);
      }
      expect(calls).toEqual([]);
    },
  );

  it.each(withTwice)(
    'in $zone on $date from $twice to $twice, which occurs twice, contains both',
    async ({ twice, before, after, ...change }) => {
      const { search, sends } = await setup(change);
      const starts = [before, after].map((offset) => `${change.date}T${twice}:00${offset}`);
      sends(starts);

      const { from, to, slots } = await search({ from: twice, to: twice });

      expect([from, to]).toEqual(starts);
      expect(slots.map(({ start_time }) => start_time)).toEqual(starts);
    },
  );

  it.each(CHANGES)(
    'in $zone on $date over the change contains every instant between its ends',
    async ({ before, after, ...change }) => {
      const { search, sends } = await setup(change);
      const fromMs = Date.parse(`${change.date}T00:30:00${before}`);
      const toMs = Date.parse(`${change.date}T03:30:00${after}`);
      const instants = [fromMs - 1_000, fromMs, toMs, toMs + 1_000];
      sends(instants.map((utcMs) => new Date(utcMs).toISOString()));

      const { slots } = await search({ from: '00:30', to: '03:30' });

      expect(slots.map(({ start_time }) => Date.parse(start_time))).toEqual([fromMs, toMs]);
      expect(slots.map(({ start_time }) => start_time.slice(-6))).toEqual([before, after]);
    },
  );
});

describe('a zone whose clocks go forward at midnight', () => {
  it('has a whole day without its first hour', async () => {
    const date = '2026-04-24';
    const { run } = await golfActions({ now: eveOf(date), site: { zone: 'Africa/Cairo' } });

    const { from } = (await run(searchTeeTimes, { course: 'east', date, players: 1 })) as Found;

    expect(from).toBe(`${date}T01:00:00+03:00`);
  });
});
