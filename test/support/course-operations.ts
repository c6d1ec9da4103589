import * as z from 'zod/mini';
import { defineIrreversible } from '#lib/actions/irreversible.ts';
import type { HttpResponse } from '#lib/http/response.ts';
import type { Service } from '#lib/http/service.ts';
import { MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { CommitBody } from './memory-course.ts';

/** The service of the course in memory. */
export const COURSE: Service = {
  name: 'cps-memory',
  origin: 'https://course.example',
  link: 'https://course.example/people',
};

/** The golfer whose quota counts the bookings. */
export const OWNER = 'golfer';
/** The longest lateness of the course and the longest lag of its lists, together. */
export const SETTLE_MINUTES = 20;

/** Longer than the slowest answer about a slot. */
const SLOW_MS = 115 * SECOND_MS;
const OWN_LOCK_MS = 10 * MINUTE_MS;

const BookInput = z.strictObject({
  date: z.string().check(z.describe('The local day')),
  slot: z.string().check(z.describe('The local time')),
  max_total_cents: z.int().check(z.describe('The most that may be paid')),
});
const CancelInput = z.strictObject({
  reservation_id: z.string().check(z.describe('What is cancelled')),
  date: z.string().check(z.describe('Its local day')),
  slot: z.string().check(z.describe('Its local time')),
});
const Output = z.strictObject({ id: z.string().check(z.describe('The reservation')) });
const Call = z.object({
  kind: z.enum(['book', 'cancel']),
  effectId: z.string(),
  generation: z.int(),
  messageId: z.string(),
  cents: z.int(),
  date: z.string(),
  slot: z.string(),
  reservation: z.string(),
  lockedUntilMs: z.number(),
}) satisfies z.ZodMiniType<CommitBody>;
const Lock = z.object({ cents: z.int(), lockedUntilMs: z.number() });
const Listed = z.object({
  reservations: z.array(z.object({ id: z.string(), slot: z.string() })),
});

const TEXTS = {
  action: 'golf',
  description: 'Changes a reservation of the course in memory.',
  services: [COURSE.name],
  auth: 'none',
} as const;

/** Books a slot. Its name is that of the real operation, because quotas and policies know names. */
export const bookSlot = defineIrreversible({
  ...TEXTS,
  operation: 'book_tee_time',
  title: 'Book a slot',
  examples: [{ date: '2026-03-07', slot: '10:00', max_total_cents: 10_000 }],
  input: BookInput,
  output: Output,
  plan: Call,
  settleMinutes: SETTLE_MINUTES,
  describe: async ({ date, slot }) => [
    { label: 'Day', value: date },
    { label: 'Time', value: slot },
  ],
  termsOf: async ({ date, slot, max_total_cents }) => ({ date, time: slot, max_total_cents }),
  serviceOf: async () => COURSE,
  targetOf: async ({ date, slot }) => ({
    key: [OWNER, date],
    subject: slot,
    quota: { owner: OWNER, date },
  }),
  prepare: async ({ date, slot }, { call, messageId, clock }, preparation) => {
    const { effectId, generation, earlierMs } = preparation;
    const request = { method: 'POST', repeatable: false, expects: 'json' } as const;
    const locked = await call(COURSE, { ...request, path: '/lock', timeoutMs: SLOW_MS });
    if (locked.status === 409) throw takenError(earlierMs, clock.now());
    const { cents, lockedUntilMs } = z.parse(Lock, JSON.parse(locked.body));
    const known = await listed(call, `date=${date}`);
    return {
      total_cents: cents,
      known: known.filter((one) => one.slot === slot).map(({ id }) => id),
      data: {
        ...({ kind: 'book', reservation: '', lockedUntilMs } as const),
        ...{ effectId, generation, messageId, cents, date, slot },
      },
    };
  },
  commit: async (call, { send }) => commit(call, send),
  verify: async ({ date, slot }, { call }, excluded) => {
    const all = await listed(call, `date=${date}`);
    const found = all.find((one) => one.slot === slot && !excluded.includes(one.id));
    return found === undefined ? { is: 'absent' } : { is: 'confirmed', receipt: { id: found.id } };
  },
  outputOf: (_call, { id }) => ({ id }),
  present: ({ id }) => [`Booked: ${id}`],
});

/** Cancels a reservation, and reverses its booking. */
export const cancelReservation = defineIrreversible({
  ...TEXTS,
  operation: 'cancel_reservation',
  title: 'Cancel a reservation',
  examples: [{ reservation_id: 'r1', date: '2026-03-07', slot: '10:00' }],
  input: CancelInput,
  output: Output,
  plan: Call,
  settleMinutes: SETTLE_MINUTES,
  describe: async ({ reservation_id }) => [{ label: 'Reservation', value: reservation_id }],
  termsOf: async ({ date }) => ({ date }),
  serviceOf: async () => COURSE,
  targetOf: async ({ reservation_id }) => ({ key: [reservation_id], subject: reservation_id }),
  prepare: async ({ reservation_id, date, slot }, { messageId, clock }, preparation) => {
    const { effectId, generation, findConfirmed } = preparation;
    const booking = await findConfirmed(bookSlot.operation, [OWNER, date]);
    const receiptId = booking?.receipt?.id;
    const isOfIt =
      receiptId === undefined ? booking?.subject === slot : receiptId === reservation_id;
    return {
      known: [],
      ...(booking !== undefined && isOfIt
        ? { reverses: { effect_id: booking.effectId, ...(receiptId && { receipt_id: receiptId }) } }
        : {}),
      data: {
        ...({ kind: 'cancel', slot, cents: 0 } as const),
        ...{ effectId, generation, messageId, date, reservation: reservation_id },
        lockedUntilMs: clock.now() + OWN_LOCK_MS,
      },
    };
  },
  commit: async (call, { send }) => commit(call, send),
  verify: async ({ reservation }, { call }) =>
    (await listed(call, `id=${reservation}`)).length > 0
      ? { is: 'absent' }
      : { is: 'confirmed', receipt: { id: reservation } },
  outputOf: (_call, { id }) => ({ id }),
  present: ({ id }) => [`Cancelled: ${id}`],
});

type CallCourse = Parameters<Parameters<typeof defineIrreversible>[0]['prepare']>[1]['call'];
type SendCommit = Parameters<Parameters<typeof defineIrreversible>[0]['commit']>[1]['send'];

const listed = async (call: CallCourse, query: string) => {
  const path = `/reservations?${query}`;
  const response = await call(COURSE, { method: 'GET', path, repeatable: true, expects: 'json' });
  return z.parse(Listed, JSON.parse(response.body)).reservations;
};

const commit = async (call: CommitBody, send: SendCommit): Promise<{ id: string }> => {
  const request = { method: 'POST', path: '/commit', repeatable: false, expects: 'json' } as const;
  return receiptOf(await send(COURSE, { ...request, body: JSON.stringify(call) }));
};

const receiptOf = ({ status, body }: HttpResponse): { id: string } => {
  if (status === 422) {
    throw new AppError('invalid', 'REFUSED_BY_PROVIDER', 'the course refused it');
  }
  return z.parse(z.object({ id: z.string() }), JSON.parse(body));
};

/** Within ten minutes of an earlier attempt, the lock may be our own. */
const takenError = (earlierMs: number | undefined, nowMs: number): AppError =>
  earlierMs !== undefined && nowMs < earlierMs + OWN_LOCK_MS
    ? new AppError('unavailable', 'EFFECT_IN_PROGRESS', 'the slot is locked, maybe by us')
    : new AppError('invalid', 'REFUSED_BY_PROVIDER', 'the slot is taken');
