import type { Approval } from '#lib/approvals/approval-schema.ts';
import { decideAndRelease } from '#lib/approvals/decide-and-release.ts';
import { createPublisher } from '#lib/bus/topics.ts';
import { effectStore } from '#lib/data/effects/effect-store.ts';
import { effectIdOf } from '#lib/effects/effect-id.ts';
import type { Effect, Quota } from '#lib/effects/effect-schema.ts';
import { type ResolveRequest, resolveEffect } from '#lib/effects/resolve-effect.ts';
import { produce } from '#lib/engine/produce.ts';
import { redrive } from '#lib/engine/redrive.ts';
import type { Message } from '#lib/messages/message.ts';
import { newMessage } from '#lib/messages/new-message.ts';
import { TOPICS } from '#lib/messages/routes.ts';
import { isTerminal } from '#lib/messages/transitions.ts';
import { DAY_MS, iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { derivedMessageId } from '#lib/platform/id.ts';
import { bookingOracle, unknownPushId } from './booking-oracle.ts';
import { bookingSweep } from './booking-sweep.ts';
import { bookingWork } from './booking-work.ts';
import { type Chance, noChance } from './chance.ts';
import { bookSlot, cancelReservation, OWNER } from './course-operations.ts';
import { dueTimes } from './due-times.ts';
import type { Change } from './dynamodb/store.ts';
import { invariants } from './invariants.ts';
import { type CourseConduct, memoryCourse, type Reservation } from './memory-course.ts';
import { createWorld, type Invocation, MESSAGES_TABLE } from './world.ts';

const EFFECTS_TABLE = env('EFFECTS_TABLE');
const APPROVALS_TABLE = env('APPROVALS_TABLE');

/** What people do. Each function is asked once for each event, and says after how many milliseconds they do it. */
export interface People {
  /** An approval is asked. */
  onAsked?: (approval: Approval) => readonly { status: 'approved' | 'denied'; afterMs: number }[];
  /** A message failed. */
  onFailed?: (message: Message) => { by: string; afterMs: number } | undefined;
  /** A push says that nobody knows whether an effect happened. */
  onUnknown?: (effect: Effect) => number | undefined;
}

export interface BookingWorldOptions {
  conduct: CourseConduct;
  /** Whether the course is never later than the operations say. */
  settles: boolean;
  chance?: Chance;
  people?: People;
  /** Who needs no yes, exactly. */
  allowed?: readonly string[];
  perDay?: number;
  /** How long an index is behind. Milliseconds. */
  indexLagMs?: () => number;
}

/** Who wants something. */
export interface Wish {
  /** Tells the messages of a world apart. */
  name: string;
  by: string;
  /** Who began the run. Default: `by`. */
  requestedBy?: string;
  isChild?: boolean;
  validForMs?: number;
}

/** A reader of a policy keeps a rule that was removed for as long as a run takes. */
const RUN_MS = 3 * MINUTE_MS;

/**
 * The platform with the real work of `web-action`, on a course in memory, with people who answer, and an oracle. `run` lets
 * the time pass from event to event.
 */
export const bookingWorld = ({
  conduct,
  settles,
  chance = noChance,
  people = {},
  allowed: initiallyAllowed = [],
  perDay = 9,
  indexLagMs = () => 0,
}: BookingWorldOptions) => {
  let allowed = new Map(initiallyAllowed.map((who) => [who, Number.POSITIVE_INFINITY]));
  const due = dueTimes();
  const rules = invariants();
  const onChange = (change: Change) => {
    if (change.after?.message_type !== 'notify') rules.onChange(change);
    due.onChange(change);
    oracle.onChange(change);
    answer(change);
  };
  const world = createWorld({
    onChange,
    indexLagMs,
    skewMs: () => (chance.pick('skew', 2) ? chance.between(-2 * SECOND_MS, 2 * SECOND_MS) : 0),
    works: (_real, _door, container) => ({
      'web-actions': bookingWork({
        ...container,
        client: course.connect(container.clock),
        policyText,
      }),
    }),
  });
  const { clock, wire, db, log } = world;
  const startMs = clock.now();
  const publisher = createPublisher('web-api', TOPICS);
  const deps = { publisher, clock, log };
  const store = effectStore({ clock });
  const find = (id: string) => db.get<Effect>(EFFECTS_TABLE, { effect_id: id });
  const oracle = bookingOracle({
    clock,
    settles,
    course: () => course,
    message: world.row,
    messages: world.rows,
    effect: find,
    effects: () => effectRows().filter((row): row is Effect => 'status' in row),
    quotas: () => effectRows().filter((row): row is Quota => 'used' in row),
    approval: (id) => db.get<Approval>(APPROVALS_TABLE, { id }),
    approvals: () => db.rows<Approval>(APPROVALS_TABLE),
    wasAllowed: (who) => (allowed.get(who) ?? 0) > clock.now() - RUN_MS,
  });
  const effectRows = () => db.rows<Effect | Quota>(EFFECTS_TABLE);
  const course = memoryCourse({ wire, clock, conduct, watch: oracle });

  const policyText = () =>
    JSON.stringify({
      'golf.book_tee_time': {
        auto_approve: [...allowed]
          .filter(([, untilMs]) => untilMs > clock.now())
          .map(([requested_by]) => ({ requested_by })),
        max_per_day: perDay,
        max_per_week: 1_000,
      },
    });

  let callers = 0;
  /** Do something as a caller of the API, later. */
  const later = (afterMs: number, what: string, act: () => Promise<unknown>) => {
    const caller = `${what}-${++callers}`;
    const acting = clock.sleep(afterMs).then(() => wire.as(caller, act));
    acting.catch(() => {});
  };

  const askPeople = (approval: Approval) => {
    people.onAsked?.(approval).forEach(({ status, afterMs }, n) => {
      later(afterMs, 'person', () =>
        decideAndRelease(approval.id, { status, by: `user:person${n}` }, deps),
      );
    });
  };
  const redriveAfter = (message: Message) => {
    const planned = people.onFailed?.(message);
    if (planned === undefined) return;
    later(planned.afterMs, 'operator', async () => {
      const { effect_id } = world.row(message.id) ?? {};
      const effect = effect_id === undefined ? undefined : await store.find(effect_id);
      if (effect?.message_id === message.id && effect.status === 'confirmed') return;
      await redrive(message.id, { by: planned.by, reason: 'again' }, deps);
    });
  };
  const resolve = (effect: Effect, afterMs: number | undefined) => {
    if (afterMs === undefined) return;
    later(afterMs, 'person', async () => {
      if (find(effect.effect_id)?.generation !== effect.generation) return;
      await resolveEffect(
        effect.effect_id,
        { outcome: truthOf(effect), reason: 'looked at the page', by: 'user:person' },
        { store, clock },
      );
    });
  };
  const truthOf = ({ plan }: Effect): ResolveRequest['outcome'] => {
    const { kind, date, reservation } = (plan?.data ?? {}) as Record<string, unknown>;
    const isTrue =
      kind === 'cancel'
        ? course.reservations.some(({ id, isCancelled }) => id === reservation && isCancelled)
        : course.standing(String(date)).length > 0;
    return isTrue ? 'confirmed' : 'rejected';
  };

  /** What people do because a row changed. */
  const answer = ({ table, before, after }: Change) => {
    if (table === APPROVALS_TABLE && before === undefined && after?.status === 'pending') {
      askPeople(after as unknown as Approval);
    }
    if (!table.includes('messages') || after === undefined) return;
    const message = after as unknown as Message;
    const isFresh = before === undefined;
    if (message.status === 'failed' && before?.status !== 'failed') redriveAfter(message);
    if (isFresh && message.message_type === 'notify') {
      const effect = effectRows().find(
        (row): row is Effect => 'status' in row && unknownPushId(row) === message.id,
      );
      if (effect !== undefined) resolve(effect, people.onUnknown?.(effect));
    }
  };

  // A wake-up may be lost, or come twice, at any time.
  const queue = world.queues['web-actions'];
  const send = queue.send;
  queue.send = (body) => {
    const copies = [1, 0, 2][chance.pick('wake', 3)] ?? 1;
    for (let n = 0; n < copies; n += 1) {
      later(100 + n * chance.between(0, 40 * SECOND_MS), 'sns', async () => send(body));
    }
  };

  // The consumer of pushes is not part of this world: each is completed as soon as it is woken.
  world.queues.notifications.send = (body) => {
    const { id } = (JSON.parse(body) as { message: Pick<Message, 'id'> }).message;
    const { next_due_at: _due, due_bucket: _bucket, ...row } = world.row(id) ?? {};
    db.put(MESSAGES_TABLE, { ...row, status: 'completed' });
  };

  const put = (
    { name, by, requestedBy = by, isChild = false, validForMs = DAY_MS }: Wish,
    operation: string,
    input: Record<string, unknown>,
  ) => {
    const nowMs = clock.now();
    const id = derivedMessageId(startMs, 'world', name);
    const parent_id = derivedMessageId(startMs, 'world', name, 'parent');
    const message = newMessage(
      {
        message_type: 'web_action',
        payload: { version: '1.0', action: 'golf', ...input },
        arguments: { operation },
        valid_until: iso(nowMs + validForMs),
      },
      {
        ...{ id, created_by: by, requested_by: requestedBy, correlation_id: id },
        ...(isChild ? { parent_id, hop_count: 1 } : {}),
      },
      { stage: 'dev', nowMs },
    );
    later(0, 'poster', () => produce(message, deps));
    return id;
  };

  let running: Invocation[] = [];
  let lastTickMs = startMs;
  const sweep = bookingSweep({ world, chance });
  const start = () => {
    for (const topic of TOPICS) {
      for (;;) {
        const delivery = world.deliver(topic);
        if (delivery === undefined) break;
        running.push(delivery);
      }
    }
    running = running.filter((one) => {
      if (one.isOver()) return false;
      if (clock.now() - one.startedMs < one.timeoutMs) return true;
      one.kill();
      return false;
    });
  };
  const tickMs = () => {
    const dueMs = due.nextMs();
    if (dueMs === undefined) return Number.POSITIVE_INFINITY;
    return Math.max(lastTickMs + MINUTE_MS, Math.ceil(dueMs / MINUTE_MS) * MINUTE_MS);
  };

  return {
    ...world,
    course,
    oracle,
    broken: rules.broken,
    effects: () => effectRows().filter((row): row is Effect => 'status' in row),
    effect: find,
    approvals: () => db.rows<Approval>(APPROVALS_TABLE),

    /** @returns the id of the message */
    book: (
      wish: Wish,
      { date = '2026-03-07', slot = '10:00', max_total_cents = 10_000 } = {},
    ): string => put(wish, bookSlot.operation, { date, slot, max_total_cents }),
    /** @returns the id of the message */
    cancel: (wish: Wish, { id, date, slot }: Reservation): string =>
      put(wish, cancelReservation.operation, { reservation_id: id, date, slot }),
    at: (afterMs: number, act: () => unknown) => later(afterMs, 'event', async () => act()),
    /** From now on, only they need no yes. */
    allow: (who: readonly string[]) => {
      const nowMs = clock.now();
      const former = [...allowed].map(([one, untilMs]) => [one, Math.min(untilMs, nowMs)] as const);
      allowed = new Map([...former, ...who.map((one) => [one, Number.POSITIVE_INFINITY] as const)]);
    },
    /** A person resolves the booking of a day. */
    resolve: (date: string, outcome: ResolveRequest['outcome']) =>
      resolveEffect(
        effectIdOf(bookSlot, [OWNER, date]),
        { outcome, reason: 'looked at the page', by: 'user:person' },
        { store, clock },
      ),

    /** Let the time pass until nothing is left to do. @returns whether that is so before the limit */
    run: async (limitMs: number): Promise<boolean> => {
      const endMs = clock.now() + limitMs;
      for (;;) {
        await clock.advance(0);
        start();
        await clock.advance(0);
        const events = [
          clock.nextMs(),
          ...TOPICS.map((topic) => world.queues[topic].nextVisibleMs()),
          ...running.filter((one) => !one.isOver()).map((one) => one.startedMs + one.timeoutMs),
          tickMs(),
        ].filter((ms) => ms !== undefined);
        const nextMs = Math.min(...events);
        if (nextMs === Number.POSITIVE_INFINITY) return true;
        if (nextMs > endMs) {
          await clock.advance(endMs - clock.now());
          return false;
        }
        await clock.advance(Math.max(0, nextMs - clock.now()));
        if (clock.now() >= tickMs()) {
          lastTickMs = clock.now();
          running.push(sweep());
        }
      }
    },
    isFinished: () => world.rows().every(({ status }) => isTerminal(status)),
    uninstall: () => {
      db.uninstall();
      world.sns.uninstall();
      world.bridge.uninstall();
    },
  };
};

export type BookingWorld = ReturnType<typeof bookingWorld>;
