import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '#lib/platform/clock.ts';
import { type BookingWorld, bookingWorld } from '#test/support/booking-world.ts';
import type { CommitCase } from '#test/support/memory-course.ts';

const DATE = '2026-03-07';
/** After this time, every message has ended: verified, expired, or answered. */
const SETTLED_MS = 100 * MINUTE_MS;
const RUNS = 100;

/** What the course does with the next call, and what the golfer then has. */
const ANSWERS = {
  receipt: { commit: 'receipt', end: 'completed', isBooked: true },
  lost: { commit: 'lost', end: 'completed', isBooked: true },
  late: { commit: 8 * MINUTE_MS, end: 'completed', isBooked: true },
  refusal: { commit: 'refused', end: 'REFUSED_BY_PROVIDER', isBooked: false },
  failure: { commit: '5xx', end: 'NOT_CARRIED_OUT', isBooked: false },
} as const satisfies Record<string, { commit: CommitCase; end: string; isBooked: boolean }>;
type Answer = keyof typeof ANSWERS;

/** The reference: one day of one golfer, as a person with a pencil would keep it. */
interface Model {
  /** The slot that is really booked. */
  booked: string | undefined;
  /** What the ledger says, and about which slot. */
  ledger: 'nothing' | 'confirmed' | 'unknown';
  slot: string;
  /** The message that carried it out. */
  owner: string;
  /** The last message that failed. */
  failed: { name: string; slot: string } | undefined;
  posts: number;
}

interface Real {
  world: BookingWorld;
  /** What happens next: the answer of the course, whether its list fails, what a person decides. */
  next: {
    commit: CommitCase;
    isBlind: boolean;
    /** Its list fails only after a call. */
    isCalled: boolean;
    decision: 'approved' | 'denied' | undefined;
    dieAfter: number | undefined;
  };
  ids: Map<string, string>;
}

const newReal = (): Real => {
  const next: Real['next'] = {
    ...{ commit: 'receipt', isBlind: false, isCalled: false },
    ...{ decision: undefined, dieAfter: undefined },
  };
  const world = bookingWorld({
    settles: true,
    conduct: {
      lock: () => 'free',
      commit: () => {
        next.isCalled = true;
        return next.commit;
      },
      reads: () => !(next.isBlind && next.isCalled),
      lagMs: () => 0,
      enforcesLock: false,
    },
    people: {
      onAsked: () =>
        next.decision === undefined ? [] : [{ status: next.decision, afterMs: MINUTE_MS }],
    },
  });
  world.wire.decide(({ instance }) => {
    if (next.dieAfter === undefined || !instance?.startsWith('web-action')) return undefined;
    next.dieAfter -= 1;
    if (next.dieAfter > 0) return undefined;
    next.dieAfter = undefined;
    return { kind: 'die', at: 'after' };
  });
  return { world, next, ids: new Map() };
};

const endOf = ({ world, ids }: Real, name: string): string => {
  const { status, error_code = '' } = world.row(ids.get(name) ?? '') ?? {};
  return status === 'completed' ? status : error_code;
};

/** How a message that may call ends, and what that does to the day. */
const expectedEnd = (
  model: Model,
  { name, slot, answer, isBlind }: { name: string } & Order,
): string => {
  if (model.ledger === 'unknown') return 'EXPIRED';
  if (model.ledger === 'confirmed') {
    return model.booked === slot && model.slot === slot ? 'completed' : 'EFFECT_EXISTS';
  }
  const { end, isBooked, commit } = ANSWERS[answer];
  Object.assign(model, { slot, owner: name });
  model.booked = isBooked ? slot : undefined;
  const isDoubt = isBlind && commit !== 'receipt' && commit !== 'refused';
  if (isDoubt) model.ledger = 'unknown';
  else if (isBooked) model.ledger = 'confirmed';
  return isDoubt ? 'EFFECT_UNKNOWN' : end;
};

type Command = fc.AsyncCommand<Model, Real>;
interface Order {
  slot: string;
  answer: Answer;
  isBlind: boolean;
}

const settle = async (real: Real, model: Model) => {
  const { world } = real;
  const endMs = world.clock.now() + SETTLED_MS;
  await world.run(SETTLED_MS);
  await world.clock.advance(endMs - world.clock.now());
  expect(world.oracle.violations).toEqual([]);
  expect(world.course.standing(DATE).map(({ slot }) => slot)).toEqual(
    model.booked === undefined ? [] : [model.booked],
  );
  const [effect] = world.effects().filter(({ operation }) => operation === 'book_tee_time');
  const isOpen = effect?.status === 'confirmed' || effect?.status === 'unknown';
  expect(isOpen ? effect.status : 'nothing').toBe(model.ledger);
};

/** A person posts, or an assistant asks for a decision of a person. */
const order = (
  { slot, answer, isBlind }: Order,
  asks: 'posts' | 'approved' | 'denied' | 'ignored',
): Command => ({
  toString: () => `${asks} ${slot}, ${answer}${isBlind ? ', blind' : ''}`,
  check: () => true,
  run: async (model, real) => {
    model.posts += 1;
    const name = `message ${model.posts}`;
    const decision = asks === 'approved' || asks === 'denied' ? asks : undefined;
    const commit = ANSWERS[answer].commit;
    Object.assign(real.next, { commit, isBlind, isCalled: false, decision });
    const by = asks === 'posts' ? 'user:ann' : 'mcp';
    const wish = { name, by, validForMs: 45 * MINUTE_MS };
    real.ids.set(name, real.world.book(wish, { date: DATE, slot, max_total_cents: 10_000 }));
    const refused = { denied: 'APPROVAL_DENIED', ignored: 'APPROVAL_EXPIRED' } as const;
    const end =
      asks === 'denied' || asks === 'ignored'
        ? refused[asks]
        : expectedEnd(model, { name, slot, answer, isBlind });

    await settle(real, model);
    expect(endOf(real, name)).toBe(end);
    if (end !== 'completed') model.failed = { name, slot };
  },
});

/** A post whose first run dies after some of its calls. Whether it had called the course decides how it ends. */
const crash = ({ slot }: Order, dieAfter: number): Command => ({
  toString: () => `posts ${slot}, the run dies after ${dieAfter} calls`,
  check: ({ ledger }) => ledger === 'nothing',
  run: async (model, real) => {
    model.posts += 1;
    const name = `message ${model.posts}`;
    Object.assign(real.next, { commit: 'receipt', isBlind: false, isCalled: false, dieAfter });
    const wish = { name, by: 'user:ann', validForMs: 45 * MINUTE_MS };
    real.ids.set(name, real.world.book(wish, { date: DATE, slot, max_total_cents: 10_000 }));

    await real.world.run(SETTLED_MS);
    const isBooked = real.world.course.standing(DATE).length > 0;
    Object.assign(model, {
      ...{ slot, owner: name, booked: isBooked ? slot : undefined },
      ...{ ledger: isBooked ? 'confirmed' : 'nothing' },
    });
    await settle(real, model);
    expect(endOf(real, name)).toBe(isBooked ? 'completed' : 'NOT_CARRIED_OUT');
    if (!isBooked) model.failed = { name, slot };
    real.next.dieAfter = undefined;
  },
});

const redriveLast = (answer: Answer, decision: 'approved' | 'denied'): Command => ({
  toString: () => `redrive, ${answer}, ${decision}`,
  // The API refuses to redrive a message whose effect is confirmed.
  check: ({ failed, ledger, owner }) =>
    failed !== undefined &&
    (ledger === 'nothing' || (ledger === 'confirmed' && owner !== failed.name)),
  run: async (model, real) => {
    const { name, slot } = model.failed ?? { name: '', slot: '' };
    Object.assign(real.next, { commit: ANSWERS[answer].commit, isBlind: false, decision });
    const id = real.ids.get(name) ?? '';
    const isByAssistant = real.world.row(id)?.created_by === 'mcp';
    await real.world.redrive(id);
    const end =
      isByAssistant && decision === 'denied'
        ? 'APPROVAL_DENIED'
        : expectedEnd(model, { name, slot, answer, isBlind: false });

    await settle(real, model);
    expect(endOf(real, name)).toBe(end);
    model.failed = end === 'completed' ? undefined : model.failed;
  },
});

const redeliver = (): Command => ({
  toString: () => 'redeliver everything',
  check: () => true,
  run: async (model, real) => {
    for (const body of real.world.sns.published.map((one) => one.body)) {
      real.world.queues['web-actions'].send(body);
    }
    await settle(real, model);
  },
});

const cancelByHand = (): Command => ({
  toString: () => 'a person cancels at the course',
  check: ({ booked, ledger }) => booked !== undefined && ledger === 'confirmed',
  run: async (model, real) => {
    for (const { id } of real.world.course.standing(DATE)) real.world.course.cancelByHand(id);
    model.booked = undefined;
    await settle(real, model);
  },
});

const cancel = (): Command => ({
  toString: () => 'cancel',
  check: ({ booked, ledger }) => booked !== undefined && ledger === 'confirmed',
  run: async (model, real) => {
    model.posts += 1;
    Object.assign(real.next, { commit: 'receipt', isBlind: false });
    const [reservation] = real.world.course.standing(DATE);
    if (reservation === undefined) throw new Error('nothing is booked');
    real.world.cancel({ name: `message ${model.posts}`, by: 'user:ann' }, reservation);
    Object.assign(model, { booked: undefined, ledger: 'nothing' });
    await settle(real, model);
  },
});

const resolve = (): Command => ({
  toString: () => 'a person resolves',
  check: ({ ledger, booked }) =>
    ledger === 'unknown' || (ledger === 'confirmed' && booked === undefined),
  run: async (model, real) => {
    const isOpen = model.ledger === 'unknown';
    const outcome = isOpen ? (model.booked === undefined ? 'rejected' : 'confirmed') : 'reversed';
    real.next.isBlind = false;
    await real.world.resolve(DATE, outcome);
    model.ledger = outcome === 'confirmed' ? 'confirmed' : 'nothing';
    await settle(real, model);
  },
});

const orders = fc.record({
  slot: fc.constantFrom('10:00', '10:10'),
  answer: fc.constantFrom(...(Object.keys(ANSWERS) as Answer[])),
  isBlind: fc.boolean(),
});
const commands = fc.commands(
  [
    orders.map((one) => order(one, 'posts')),
    orders.map((one) => order(one, 'approved')),
    orders.map((one) => order(one, 'denied')),
    orders.map((one) => order(one, 'ignored')),
    fc
      .tuple(orders, fc.constantFrom('approved' as const, 'denied' as const))
      .map(([{ answer }, decision]) => redriveLast(answer, decision)),
    fc.tuple(orders, fc.integer({ min: 1, max: 24 })).map(([one, n]) => crash(one, n)),
    fc.constant(redeliver()),
    fc.constant(cancelByHand()),
    fc.constant(cancel()),
    fc.constant(resolve()),
  ],
  { maxCommands: 12 },
);

describe('bookings of one day', () => {
  it('end as a person with a pencil would write them down', async () => {
    await fc.assert(
      fc.asyncProperty(commands, async (some) => {
        const real = newReal();
        const setup = () => ({
          model: {
            ...{ booked: undefined, ledger: 'nothing', slot: '', owner: '' },
            ...{ failed: undefined, posts: 0 },
          } as Model,
          real,
        });
        try {
          await fc.asyncModelRun(setup, some);
          await real.world.run(100 * HOUR_MS);
          expect(real.world.oracle.finish()).toEqual([]);
        } finally {
          real.world.uninstall();
        }
      }),
      { numRuns: RUNS },
    );
  });
});
