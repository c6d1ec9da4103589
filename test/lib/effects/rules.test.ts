import { afterEach, describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { endsOf, flowWorld } from '#test/support/booking-flows.ts';
import type { BookingWorld, People } from '#test/support/booking-world.ts';
import { noChance } from '#test/support/chance.ts';
import { MESSAGES_TABLE } from '#test/support/world.ts';

const LIMIT_MS = 4 * DAY_MS;
const DATE = '2026-03-07';
const ANN = { name: 'A', by: 'user:ann' };
const BOB = { name: 'B', by: 'user:bob' };
const SCHEDULED = { name: 'A', by: 'scheduler' };
const approvesAfter = (afterMs: number): Required<People>['onAsked'] => {
  return () => [{ status: 'approved', afterMs }];
};
const redrivesOnce =
  (by: string): Required<People>['onFailed'] =>
  ({ redrives = [] }) =>
    redrives.length === 0 ? { by, afterMs: 20 * MINUTE_MS } : undefined;

/**
 * One test for each rule of the ledger and of approvals. Each rule was left out of the code once, and the tests beside it
 * failed.
 *
 * | rule | what fails without it |
 * | --- | --- |
 * | the claim is read again after `sent` | makes no call when the claim is lost |
 * | absence counts only after the time to settle | finds a booking that the course makes eight minutes later |
 * | two answers of absence are needed | does not take one answer for the absence |
 * | earlier calls are verified again before the next one | finds a booking that came after it was given up |
 * | a message plans once until it is redriven | does not plan again when the end of its message is lost |
 * | a redrive that continues a plan is written down | calls once for a redrive that continues an older plan |
 * | every write is fenced by `rev` | ignores a write that arrives late |
 * | a run writes its attempt before it sends | makes no call at the end of a run |
 * | a refusal gives the quota back | gives the quota back after a refusal |
 * | absence gives the quota back | takes no reservation for its own … |
 * | a person's answer gives the quota back | gives the quota back when a person says … |
 * | a call without a byte gives quota and approval back | uses the same approval and quota again |
 * | a redrive asks again | asks again after a redrive |
 * | a decision comes before the approval expires | refuses a decision that is too late |
 * | only what a person posted needs no yes | asks for … |
 * | who verifies needs no second yes | needs no second yes |
 * | the sweeper reports what nobody works on | reports a call whose message is over |
 * | an approval expires five minutes before its message | leaves time to run |
 * | 20 s of the run are left for the call | makes no call at the end of a run |
 * | from `sent` on, the message stays valid for an hour | verifies a message that is about to expire |
 * | reservations that stood before prove nothing | … that somebody else made before |
 * | receipts of the row prove nothing | … that was cancelled, and that the list shows late |
 * | a cancellation waits for its booking | waits with a cancellation |
 * | confirmation and reversal are one transaction | reverses the booking |
 * | an old confirmation is verified for others | does not say that it is done already |
 * | others wait while the outcome is open | lets a second message wait |
 * | others wait while the message of the plan is alive | does not take an effect over |
 * | the transaction of `sent` counts the quota | stops at the quota |
 * | the transaction of `sent` uses the approval | asks for … |
 * | a price above the limit is refused | makes no call above the price limit |
 */
describe('the ledger', () => {
  let world: BookingWorld;
  afterEach(() => world.uninstall());

  /** Runs the world to its end. @returns how its messages ended */
  const ends = async (): Promise<string[]> => {
    expect(await world.run(LIMIT_MS)).toBe(true);
    expect(world.broken()).toEqual([]);
    expect(world.oracle.finish()).toEqual([]);
    return endsOf(world);
  };
  const booked = () => world.course.standing(DATE).length;
  const calls = () => world.oracle.calls().length;
  const newWorld = (flow: Parameters<typeof flowWorld>[0] = {}): BookingWorld => {
    world = flowWorld(flow);
    return world;
  };

  it('makes no call when the claim is lost after sent was written', async () => {
    const { wire, clock, db } = newWorld();
    let isFirst = true;
    wire.decide(({ name }) => {
      if (name !== 'dynamodb:TransactWriteItems' || !isFirst) return undefined;
      isFirst = false;
      return { kind: 'hang', at: 'after' };
    });
    const id = world.book(ANN);
    world.at(30 * SECOND_MS, () => {
      const lease_until = iso(clock.now() + 150 * SECOND_MS);
      db.put(MESSAGES_TABLE, { ...world.row(id), claimed_by: 'another/run', lease_until });
      wire.thaw();
    });

    expect(await ends()).toEqual(['NOT_CARRIED_OUT']);
    expect(calls()).toBe(0);
  });

  it('finds a booking that the course makes eight minutes later', async () => {
    newWorld({ commits: [8 * MINUTE_MS] }).book(ANN);

    expect(await ends()).toEqual(['completed']);
    expect(booked()).toBe(1);
  });

  it('does not take one answer for the absence of a booking', async () => {
    // The first list after the time to settle does not contain it.
    const options = { settles: false };
    newWorld({ commits: [10 * MINUTE_MS], lags: [16 * MINUTE_MS], options }).book(ANN);

    expect(await ends()).toEqual(['completed']);
  });

  it('finds a booking that came after it was given up, before it books again', async () => {
    newWorld({
      commits: [40 * MINUTE_MS],
      people: { onFailed: redrivesOnce('user:operator') },
      options: { settles: false },
    }).book(ANN);

    expect(await ends()).toEqual(['completed']);
    expect(booked()).toBe(1);
    expect(calls()).toBe(1);
  });

  it('does not plan again when the end of its message is lost', async () => {
    const { wire } = newWorld({ commits: ['refused'] });
    const id = world.book(ANN);
    wire.decide(({ name, instance }) => {
      const isEnd =
        name === 'dynamodb:UpdateItem' &&
        instance === 'web-action-1' &&
        world.effects()[0]?.status === 'rejected';
      return isEnd ? { kind: 'die', at: 'before' } : undefined;
    });

    expect(await ends()).toEqual(['REFUSED_BY_PROVIDER']);
    expect(world.row(id)?.attempt).toBe(2);
    expect(calls()).toBe(1);
  });

  it('calls once for a redrive that continues an older plan, when the end of its message is lost', async () => {
    const { wire } = newWorld({
      locks: ['fails', 'fails'],
      commits: ['refused'],
      people: { onFailed: redrivesOnce('user:operator') },
    });
    const id = world.book({ ...ANN, validForMs: 3 * MINUTE_MS });
    let isLost = false;
    wire.decide(({ name, instance }) => {
      const isEnd =
        name === 'dynamodb:UpdateItem' &&
        instance?.startsWith('web-action') &&
        world.effects()[0]?.status === 'rejected';
      if (!isEnd || isLost) return undefined;
      isLost = true;
      return { kind: 'die', at: 'before' };
    });

    expect(await ends()).toEqual(['REFUSED_BY_PROVIDER']);
    expect(world.row(id)?.redrives).toHaveLength(1);
    expect(isLost).toBe(true);
    expect(calls()).toBe(1);
  });

  it('ignores a write that arrives late', async () => {
    const { wire, course } = newWorld();
    const id = course.reserveByHand(DATE, '10:00');
    wire.decide(({ name, instance }) =>
      name === 'dynamodb:PutItem' && instance?.startsWith('web-action')
        ? { kind: 'late-copy', ms: 30 * SECOND_MS }
        : undefined,
    );
    const [reservation] = course.reservations;
    if (reservation !== undefined) world.cancel({ name: 'X', by: 'user:ann' }, reservation);

    expect(await ends()).toEqual(['completed']);
    expect(id).toBe(reservation?.id);
  });

  it('gives the quota back after a refusal', async () => {
    newWorld({ commits: ['refused'], options: { perDay: 1 } }).book(ANN);
    world.at(5 * MINUTE_MS, () => world.book(BOB));

    expect(await ends()).toEqual(['REFUSED_BY_PROVIDER', 'completed']);
  });

  it('gives the quota back when a person says that it did not happen', async () => {
    newWorld({
      commits: ['5xx'],
      blindForMs: 40 * MINUTE_MS,
      people: { onUnknown: () => 5 * MINUTE_MS },
      options: { perDay: 1 },
    }).book(ANN);
    world.at(2 * HOUR_MS, () => world.book(BOB));

    expect(await ends()).toEqual(['EFFECT_UNKNOWN', 'completed']);
  });

  it('uses the same approval and quota again when no byte of the call was sent', async () => {
    newWorld({
      commits: ['unreachable'],
      people: { onAsked: approvesAfter(MINUTE_MS) },
      options: { perDay: 1 },
    }).book(SCHEDULED);

    expect(await ends()).toEqual(['completed']);
    expect(world.approvals()).toMatchObject([{ status: 'used' }]);
  });

  it('asks again after a redrive', async () => {
    let asked = 0;
    newWorld({
      people: {
        onAsked: () => (++asked === 1 ? [] : [{ status: 'approved', afterMs: MINUTE_MS }]),
        onFailed: redrivesOnce('user:operator'),
      },
    }).book({ ...SCHEDULED, by: 'mcp' });

    expect(await ends()).toEqual(['completed']);
    expect(asked).toBe(2);
  });

  it('refuses a decision that is too late, also before the sweeper has expired the approval', async () => {
    const lateMs = 30 * MINUTE_MS + 10 * SECOND_MS;
    newWorld({ people: { onAsked: approvesAfter(lateMs) } }).book({ ...SCHEDULED, by: 'mcp' });

    expect(await ends()).toEqual(['APPROVAL_EXPIRED']);
    expect(calls()).toBe(0);
  });

  it.each([
    [
      'a child of what a person posted',
      { ...ANN, by: 'web-action', requestedBy: 'user:ann', isChild: true },
    ],
    ['a run of a schedule', SCHEDULED],
    ['a run of a schedule by hand', { ...SCHEDULED, requestedBy: 'user:ann' }],
    ['an assistant', { ...ANN, by: 'mcp', requestedBy: 'mcp:claude' }],
    ['the agent', { ...ANN, by: 'agent', requestedBy: 'agent:rez' }],
    ['a child in the name of a person', { ...ANN, isChild: true }],
  ])('asks for %s', async (_what, wish) => {
    newWorld({ people: { onAsked: approvesAfter(MINUTE_MS) } }).book(wish);

    expect(await ends()).toEqual(['completed']);
    expect(world.approvals()).toMatchObject([{ status: 'used' }]);
  });

  it('asks for a post that the agent redrove', async () => {
    const onAsked = approvesAfter(MINUTE_MS);
    newWorld({ commits: ['refused'], people: { onAsked, onFailed: redrivesOnce('agent:rez') } });
    world.book(ANN);

    expect(await ends()).toEqual(['completed']);
    expect(world.approvals()).toMatchObject([{ status: 'used' }]);
  });

  it('reports a call whose message is over before it was verified', async () => {
    let wakes = 0;
    const pick = (about: string) => (about === 'wake' && ++wakes > 1 ? 1 : 0);
    const { wire } = newWorld({ options: { chance: { ...noChance, pick } } });
    wire.decide(({ name }) =>
      name === 'dynamodb:TransactWriteItems' ? { kind: 'die', at: 'after' } : undefined,
    );
    world.book(ANN);

    expect(await ends()).toEqual(['EXPIRED']);
    expect(world.effects()).toMatchObject([{ status: 'unknown' }]);
    const titles = world.rows().map(({ payload }) => payload.title);
    expect(titles).toContain('Unknown whether it happened');
  });

  it('leaves time to run after a yes at the last moment', async () => {
    const onAsked: Required<People>['onAsked'] = ({ expires_at }) => [
      { status: 'approved', afterMs: Date.parse(expires_at) - world.clock.now() - SECOND_MS },
    ];
    let wakes = 0;
    const pick = (about: string) => (about === 'wake' && ++wakes === 2 ? 1 : 0);
    newWorld({ people: { onAsked }, options: { chance: { ...noChance, pick } } });
    world.book({ ...SCHEDULED, validForMs: 20 * MINUTE_MS });

    expect(await ends()).toEqual(['completed']);
  });

  it('makes no call at the end of a run', async () => {
    const { course } = newWorld({ locks: [100 * SECOND_MS] });
    const id = world.book(ANN);

    expect(await ends()).toEqual(['completed']);
    const { processing_started_at: started = '', attempt } = world.row(id) ?? {};
    expect(attempt).toBe(2);
    expect(world.effects()).toMatchObject([{ attempt: 2, generation: 1 }]);
    expect(course.reservations[0]?.madeMs).toBeGreaterThan(Date.parse(started));
  });

  it('verifies a message that is about to expire', async () => {
    newWorld({ commits: [8 * MINUTE_MS] }).book({ ...ANN, validForMs: 2 * MINUTE_MS });

    expect(await ends()).toEqual(['completed']);
  });

  it('takes no reservation for its own that somebody else made before', async () => {
    const { course } = newWorld({ commits: ['5xx'], options: { settles: false } });
    course.reserveByHand(DATE, '10:00');
    world.book(ANN);

    expect(await ends()).toEqual(['NOT_CARRIED_OUT']);
  });

  it('takes no reservation for its own that was cancelled, and that the list shows late', async () => {
    const { course } = newWorld({
      commits: ['receipt', 'receipt', '5xx'],
      lags: [9 * MINUTE_MS, 60 * MINUTE_MS],
      options: { settles: false },
    });
    world.book(ANN);
    world.at(MINUTE_MS, () => {
      for (const one of course.standing(DATE)) world.cancel({ name: 'X', by: 'user:ann' }, one);
    });
    world.at(8 * MINUTE_MS, () => world.book(BOB));

    expect(await ends()).toEqual(['completed', 'completed', 'NOT_CARRIED_OUT']);
  });

  it('waits with a cancellation while the outcome of the booking is open', async () => {
    const { course } = newWorld({
      commits: ['lost'],
      blindForMs: 90 * SECOND_MS,
      lags: [0, 5 * MINUTE_MS],
    });
    world.book(ANN);
    world.at(30 * SECOND_MS, () => {
      for (const one of course.standing(DATE)) world.cancel({ name: 'X', by: 'user:ann' }, one);
    });

    expect(await ends()).toEqual(['completed', 'completed']);
    expect(world.effects().map(({ status }) => status)).toEqual(['reversed', 'confirmed']);
  });

  it('reverses the booking with the confirmation of its cancellation', async () => {
    const { course } = newWorld({ options: { perDay: 1 } });
    world.book(ANN);
    world.at(MINUTE_MS, () => {
      for (const one of course.standing(DATE)) world.cancel({ name: 'X', by: 'user:ann' }, one);
    });
    world.at(5 * MINUTE_MS, () => world.book(BOB));

    expect(await ends()).toEqual(['completed', 'completed', 'completed']);
    expect(booked()).toBe(1);
  });

  it('does not say that it is done already when somebody cancelled it at the course', async () => {
    const { course } = newWorld();
    world.book(ANN);
    world.at(HOUR_MS, () => {
      for (const { id } of course.standing(DATE)) course.cancelByHand(id);
    });
    world.at(2 * HOUR_MS, () => world.book(BOB));

    expect(await ends()).toEqual(['completed', 'EFFECT_EXISTS']);
  });

  it('lets a second message wait while the outcome is open, then says that it is done already', async () => {
    newWorld({ commits: [8 * MINUTE_MS] }).book(ANN);
    world.at(MINUTE_MS, () => world.book(BOB));

    expect(await ends()).toEqual(['completed', 'completed']);
    expect(calls()).toBe(1);
  });

  it('does not take an effect over from a message that is alive', async () => {
    newWorld({ locks: ['fails'] });
    const id = world.book(ANN);
    world.at(20 * SECOND_MS, () => world.book(BOB));

    expect(await ends()).toEqual(['completed', 'completed']);
    expect(world.effects()).toMatchObject([{ message_id: id, generation: 1 }]);
  });

  it('needs no second yes to find out what became of a call', async () => {
    newWorld({ commits: ['lost'], blindForMs: MINUTE_MS, options: { allowed: ['scheduler'] } });
    world.book(SCHEDULED);
    world.at(30 * SECOND_MS, () => world.allow([]));

    expect(await ends()).toEqual(['completed']);
    expect(world.approvals()).toEqual([]);
  });

  it('stops at the quota', async () => {
    newWorld({ options: { perDay: 0 } }).book(ANN);

    expect(await ends()).toEqual(['QUOTA_EXCEEDED']);
    expect(calls()).toBe(0);
  });

  it('makes no call above the price limit', async () => {
    newWorld({ locks: ['dearer'] }).book(ANN, { max_total_cents: 6_000 });

    expect(await ends()).toEqual(['PRICE_ABOVE_LIMIT']);
    expect(calls()).toBe(0);
  });
});
