import { MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import {
  type BookingWorld,
  type BookingWorldOptions,
  bookingWorld,
  type People,
} from './booking-world.ts';
import { noChance } from './chance.ts';
import type { CommitCase, LockCase } from './memory-course.ts';

/** One story of bookings, whose only faults are those of the test. */
export interface BookingFlow {
  /** What the course does with its calls, in order; afterwards everything works. */
  commits?: readonly CommitCase[];
  locks?: readonly LockCase[];
  /** How long lists are behind, in the order of the changes. Milliseconds. */
  lags?: readonly number[];
  /** How long no list of reservations can be read after the first call. Milliseconds. */
  blindForMs?: number;
  people?: People;
  options?: Partial<BookingWorldOptions>;
  begin: (world: BookingWorld) => void;
  /** What is booked at the end, without faults. */
  booked: number;
  /** How the messages end, without faults, in order of their names. `completed`, or the code of the error. */
  ends: readonly string[];
}

const approves: People = { onAsked: () => [{ status: 'approved', afterMs: 5 * MINUTE_MS }] };
const ann = { name: 'A', by: 'user:ann' };
const scheduled = { name: 'A', by: 'scheduler' };
const other = { name: 'B', by: 'user:bob' };

/** Nobody can read the list until the message has given up. */
const BLIND_MS = 40 * MINUTE_MS;

export const BOOKING_FLOWS: Readonly<Record<string, BookingFlow>> = {
  'a booking by an own post': {
    begin: (world) => world.book(ann),
    booked: 1,
    ends: ['completed'],
  },
  'a booking that a person approves': {
    people: approves,
    begin: (world) => world.book(scheduled),
    booked: 1,
    ends: ['completed'],
  },
  'a booking that a person denies': {
    people: { onAsked: () => [{ status: 'denied', afterMs: MINUTE_MS }] },
    begin: (world) => world.book(scheduled),
    booked: 0,
    ends: ['APPROVAL_DENIED'],
  },
  'a booking that nobody decides about': {
    begin: (world) => world.book({ ...scheduled, by: 'mcp' }),
    booked: 0,
    ends: ['APPROVAL_EXPIRED'],
  },
  'a booking whose answer is lost': {
    people: approves,
    commits: ['lost'],
    begin: (world) => world.book(scheduled),
    booked: 1,
    ends: ['completed'],
  },
  'a booking that was not carried out, redriven': {
    people: {
      onAsked: approves.onAsked ?? (() => []),
      onFailed: ({ redrives = [] }) =>
        redrives.length === 0 ? { by: 'user:operator', afterMs: 20 * MINUTE_MS } : undefined,
    },
    commits: ['5xx'],
    begin: (world) => world.book(scheduled),
    booked: 1,
    ends: ['completed'],
  },
  'an unknown booking that a person confirms': {
    people: { ...approves, onUnknown: () => 5 * MINUTE_MS },
    commits: ['lost'],
    blindForMs: BLIND_MS,
    begin: (world) => world.book({ ...ann, by: 'user:ann' }),
    booked: 1,
    ends: ['EFFECT_UNKNOWN'],
  },
  'an unknown booking that a person rejects': {
    people: { onUnknown: () => 5 * MINUTE_MS },
    commits: ['5xx'],
    blindForMs: BLIND_MS,
    begin: (world) => world.book(ann),
    booked: 0,
    ends: ['EFFECT_UNKNOWN'],
  },
  'a booking that is cancelled and booked again': {
    begin: (world) => {
      world.book(ann);
      world.at(5 * MINUTE_MS, () => {
        for (const one of world.course.standing('2026-03-07')) {
          world.cancel({ name: 'X', by: 'user:ann' }, one);
        }
      });
      world.at(8 * MINUTE_MS, () => world.book(other));
    },
    booked: 1,
    ends: ['completed', 'completed', 'completed'],
  },
  'a booking whose wake-up comes twice': {
    options: {
      chance: {
        ...noChance,
        pick: (about) => (about === 'wake' ? 2 : 0),
        between: () => SECOND_MS,
      },
    },
    people: approves,
    begin: (world) => world.book(scheduled),
    booked: 1,
    ends: ['completed'],
  },
  'a booking taken over from a message that expired': {
    locks: ['fails', 'fails'],
    begin: (world) => {
      world.book({ ...ann, validForMs: 3 * MINUTE_MS });
      world.at(6 * MINUTE_MS, () => world.book(other));
    },
    booked: 1,
    ends: ['EXPIRED', 'completed'],
  },
};

/** How the web actions of a world ended, in the order of their creation: `completed`, or the code of the error. */
export const endsOf = (world: Pick<BookingWorld, 'rows'>): string[] =>
  world
    .rows()
    .filter(({ message_type }) => message_type === 'web_action')
    .sort((a, b) => (a.created_date < b.created_date ? -1 : 1))
    .map(({ status, error_code = '' }) => (status === 'completed' ? status : error_code));

/** The world of a flow before anything happens. */
export const flowWorld = ({
  commits = [],
  locks = [],
  lags = [],
  blindForMs = 0,
  people = {},
  options = {},
}: Omit<BookingFlow, 'begin' | 'booked' | 'ends'>): BookingWorld => {
  const leftCommits = [...commits];
  const leftLocks = [...locks];
  const leftLags = [...lags];
  let calledMs: number | undefined;
  const world = bookingWorld({
    conduct: {
      commit: () => {
        calledMs ??= world.clock.now();
        return leftCommits.shift() ?? 'receipt';
      },
      lock: () => leftLocks.shift() ?? 'free',
      reads: () => calledMs === undefined || world.clock.now() >= calledMs + blindForMs,
      lagMs: () => leftLags.shift() ?? 0,
      enforcesLock: false,
    },
    settles: true,
    people,
    ...options,
  });
  return world;
};
