import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixedBill, loadOf, usageBill } from '#scripts/bench/bill.ts';
import { billLines, LOADS } from '#scripts/bench/cost.ts';
import { KNOWN_MISSES } from '#scripts/bench/known-misses.ts';
import { difference, NO_USAGE, total, type Usage } from '#scripts/bench/operations.ts';
import { addBills, dollars, listDollars, PRICES } from '#scripts/bench/prices.ts';
import { type KnownMiss, report, TOLERANCE, verdictOf } from '#scripts/bench/report.ts';
import { quantile, ratioOf, rounds, shuffled, summaryOf } from '#scripts/bench/statistics.ts';

const exactly = (value: number) => ({ median: value, p10: value, p90: value });

describe('a summary', () => {
  it.each([
    { values: [3], q: 0.5, expected: 3 },
    { values: [4, 1, 3, 2], q: 0.5, expected: 2.5 },
    { values: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], q: 0.1, expected: 2 },
    { values: [10, 0], q: 0.9, expected: 9 },
  ])('has $expected for quantile $q of $values', ({ values, q, expected }) => {
    expect(quantile(values, q)).toBeCloseTo(expected, 10);
  });

  it('is ordered and within its values', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1 }),
        (values) => {
          const { p10, median, p90 } = summaryOf(values);
          expect(Math.min(...values)).toBeLessThanOrEqual(p10);
          expect(p10).toBeLessThanOrEqual(median);
          expect(median).toBeLessThanOrEqual(p90);
          expect(p90).toBeLessThanOrEqual(Math.max(...values));
        },
      ),
    );
  });

  it('shuffles without losing or repeating a value', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), (values) => {
        expect(shuffled(values).toSorted()).toEqual(values.toSorted());
      }),
    );
  });
});

describe('rounds', () => {
  it('measure every side once per round, and drop the first round', async () => {
    let calls = 0;
    const side = (factor: number) => async () => {
      calls += 1;
      return calls <= 2 ? 1_000 : factor;
    };

    const measured = await rounds({ a: side(3), b: side(2) }, { count: 4 });

    expect(calls).toBe(10);
    expect(measured).toEqual(Array(4).fill({ a: 3, b: 2 }));
    expect(ratioOf(measured, 'a', 'b')).toEqual(exactly(1.5));
  });

  it('use a random order in each round', async () => {
    const order: string[] = [];
    const side = (name: string) => async () => order.push(name);
    const draws = [0.9, 0, 0, 0];

    await rounds({ a: side('a'), b: side('b') }, { count: 1, random: () => draws.shift() ?? 0 });

    expect(order).toEqual(['b', 'a', 'a', 'b']);
  });

  it('compare the sides of the same round, so that a slower machine cancels out', () => {
    const slowing = [1, 2, 4, 8].map((factor) => ({ ours: 3 * factor, theirs: 2 * factor }));

    expect(ratioOf(slowing, 'ours', 'theirs')).toEqual(exactly(1.5));
  });
});

describe('a gate', () => {
  const listed: KnownMiss = { name: 'figure', meanwhile: 4, reason: 'it is known' };

  it.each([
    { median: 2, known: [], verdict: 'ok' },
    { median: 2 * TOLERANCE, known: [], verdict: 'close' },
    { median: 2.21, known: [], verdict: 'miss' },
    { median: 4, known: [listed], verdict: 'known' },
    { median: 4 * TOLERANCE, known: [listed], verdict: 'known' },
    { median: 4.41, known: [listed], verdict: 'miss' },
    { median: 2.1, known: [listed], verdict: 'close' },
    { median: 2, known: [listed], verdict: 'improved' },
    { median: 3, known: [{ ...listed, name: 'another' }], verdict: 'miss' },
  ])(
    'of 2 gives $median the verdict $verdict when $known.length is known',
    ({ median, known, verdict }) => {
      expect(verdictOf({ name: 'figure', value: exactly(median), gate: 2 }, known)).toBe(verdict);
    },
  );

  it('calls a listed figure improved only when its 90th percentile is within the gate', () => {
    const known = [{ name: 'figure', meanwhile: 4, reason: 'because' }];
    const of = (p90: number) =>
      verdictOf({ name: 'figure', value: { median: 1.9, p10: 1.8, p90 }, gate: 2 }, known);
    expect(of(2.1)).toBe('ok');
    expect(of(2)).toBe('improved');
  });

  it.each([
    { what: 'nothing was measured', figure: { name: 'a', gate: 1 }, verdict: 'not run' },
    { what: 'there is none', figure: { name: 'a', value: exactly(9) }, verdict: 'shown' },
    {
      what: 'nothing may be there and nothing is',
      figure: { name: 'a', value: exactly(0), gate: 0 },
      verdict: 'ok',
    },
    {
      what: 'nothing may be there and something is',
      figure: { name: 'a', value: exactly(1), gate: 0 },
      verdict: 'miss',
    },
  ])('says $verdict when $what', ({ figure, verdict }) => {
    expect(verdictOf(figure, [])).toBe(verdict);
  });

  it.each([
    { figure: { value: exactly(1), gate: 2 }, known: [], passed: true },
    { figure: { gate: 2 }, known: [], passed: true },
    { figure: { value: exactly(4), gate: 2 }, known: [listed], passed: true },
    { figure: { value: exactly(4), gate: 2 }, known: [], passed: false },
    { figure: { value: exactly(1), gate: 2 }, known: [listed], passed: false },
    { figure: { value: exactly(Number.NaN), gate: 2 }, known: [], passed: false },
  ])(
    'makes a run with $figure and $known.length known end as $passed',
    ({ figure, known, passed }) => {
      const outcome = report([{ name: 'figure', unit: '×', ...figure }], known);

      expect(outcome.passed).toBe(passed);
      expect(outcome.text).toContain('figure');
    },
  );

  it('shows a known miss with its reason', () => {
    const { text } = report([{ name: 'figure', unit: '×', value: exactly(4), gate: 2 }], [listed]);

    expect(text).toMatch(/figure +4.00 × +≤ 2 +known +it is known/);
  });

  it('has known misses with unique names and a reason', () => {
    const names = KNOWN_MISSES.map(({ name }) => name);

    expect(new Set(names).size).toBe(names.length);
    for (const { reason } of KNOWN_MISSES) expect(reason.length).toBeGreaterThan(20);
  });
});

describe('prices', () => {
  it('subtract the always-free tier, and never more than the quantity', () => {
    const { queueRequests } = PRICES;

    expect(dollars({ queueRequests: queueRequests.free - 1 })).toBe(0);
    expect(dollars({ queueRequests: queueRequests.free + 1_000_000 })).toBeCloseTo(0.4, 10);
    expect(dollars({ alarms: 12 })).toBeCloseTo(0.2, 10);
    expect(listDollars({ alarms: 12 })).toBeCloseTo(1.2, 10);
  });

  it('subtract the always-free tier once from the sum of bills', () => {
    const half = { invocations: 700_000 };

    expect(dollars(half)).toBe(0);
    expect(dollars(addBills(half, half))).toBeCloseTo(0.08, 10);
  });

  it.each(Object.entries(PRICES))('of %s name their page', (_, { source, per, dollars: price }) => {
    expect(source).toMatch(/^aws\.amazon\.com\/[a-z0-9-]+\/pricing/);
    expect(per).toBeGreaterThan(0);
    expect(price).toBeGreaterThan(0);
  });
});

describe('a month', () => {
  const usage = (fields: Partial<Usage>): Usage => ({ ...NO_USAGE, ...fields });
  const flow = {
    post: usage({ writeUnits: 8, invocations: 1 }),
    keyedPost: usage({ writeUnits: 10, invocations: 1 }),
    message: usage({ writeUnits: 35, publishes: 2, queueRequests: 6, invocations: 3 }),
    get: usage({ readUnits: 1, invocations: 1 }),
    list: usage({ readUnits: 30, invocations: 1 }),
    toolCall: usage({ writeUnits: 1, readUnits: 6, invocations: 1 }),
    tick: usage({ readUnits: 2, invocations: 1 }),
    steps: [],
    pushes: 1,
  };
  const DAYS = 365 / 12;
  const load = loadOf({ messages: 1_000, apiCalls: 10_000 });

  it('has as many pushes as POSTs', () => {
    expect(LOADS.map(loadOf)).toEqual([
      { posts: 500, apiCalls: 10_000 },
      { posts: 5_000, apiCalls: 100_000 },
    ]);
  });

  it('counts each POST with its push, and as one of the API calls', () => {
    const bill = usageBill(flow, load);

    expect(bill.writeUnits).toBeCloseTo((35 * 500 + 190) * DAYS, 3);
    expect(bill.publishes).toBeCloseTo(2 * 500 * DAYS, 3);
    expect(bill.apiCalls).toBeCloseTo(10_000 * DAYS, 3);
  });

  it('counts reads: every tenth other call is a list, and each POST adds breaker and recount', () => {
    const { readUnits } = usageBill({ ...flow, toolCall: NO_USAGE }, load);

    expect(readUnits).toBeCloseTo((9_310 * (0.9 * 1 + 0.1 * 30) + 500 * 3) * DAYS, 3);
  });

  it('counts every fiftieth call that is no POST as a tool call, which takes five seconds', () => {
    const without = usageBill({ ...flow, toolCall: NO_USAGE }, load);
    const { readUnits = 0, gigabyteSeconds = 0 } = usageBill(flow, load);

    expect(readUnits - (without.readUnits ?? 0)).toBeCloseTo(190 * 6 * DAYS, 3);
    expect(gigabyteSeconds - (without.gigabyteSeconds ?? 0)).toBeCloseTo(190 * 5 * 0.5 * DAYS, 3);
  });

  it('counts the invocations of API, workers and authorizer', () => {
    const { invocations } = usageBill(flow, load);

    expect(invocations).toBeCloseTo((10_000 + 2 * 500 + 1_000) * DAYS, 3);
  });

  it.each([
    { says: 'a twentieth, by default', options: {}, part: 0.05 },
    { says: 'all, when all are', options: { sampled: 1 }, part: 1 },
    { says: 'none, when none are', options: { sampled: 0 }, part: 0 },
  ])('traces $says', ({ options, part }) => {
    const ticks = DAYS * 24 * 60;

    expect(usageBill(flow, load, options).traces).toBeCloseTo(part * 11_000 * DAYS, 3);
    expect(fixedBill(flow, options).traces).toBeCloseTo(part * ticks, 3);
  });

  it('counts recovery for rows only, and storage for rows and indexes, for 90 days', () => {
    const { storedGigabytes = 0, protectedGigabytes = 0 } = usageBill(flow, load);

    expect(storedGigabytes * 1024 ** 3).toBeCloseTo(500 * 90 * 4_096, 3);
    expect(protectedGigabytes).toBeLessThan(storedGigabytes);
  });

  it('grows with the load, except for the fixed cost', () => {
    const bill = usageBill(flow, load);
    const tenfold = usageBill(flow, loadOf({ messages: 10_000, apiCalls: 100_000 }));

    for (const [name, quantity] of Object.entries(bill)) {
      expect(tenfold[name as keyof typeof bill]).toBeCloseTo(10 * quantity, 3);
    }
    expect(fixedBill(flow)).not.toHaveProperty('apiCalls');
  });

  it('polls idle queues about 650,000 times with five pollers and 260,000 with two', () => {
    const looks = (DAYS * 24 * 60 * 6) / 5;
    const polls = (fixedBill(flow).queueRequests ?? 0) - looks;

    expect(polls / 13).toBeCloseTo(131_400, -2);
  });

  it('prints the lines from a cent on, in the order of the last bill', () => {
    const free = { publishes: 1_000, alarms: 10 };
    const lines = billLines([
      { writeUnits: 1_600_000, apiCalls: 9_000, ...free },
      { writeUnits: 1_600_000, apiCalls: 3_000_000, ...free },
    ]);

    expect(lines).toEqual([
      ' 0.01   3.00  calls of an HTTP API; free in the first year only',
      ' 1.00   1.00  write request units, on demand',
    ]);
  });
});

describe('usage', () => {
  it('is the sum of its parts', () => {
    const a = { ...NO_USAGE, writeUnits: 5, logBytes: 7 };
    const b = { ...NO_USAGE, writeUnits: 3, publishes: 2 };

    expect(difference(total([a, b]), b)).toEqual(a);
  });
});
