import type { HttpClient, HttpRequest } from '#lib/http/client.ts';
import type { HttpResponse } from '#lib/http/response.ts';
import { type Clock, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import { memoryClient } from './memory-client.ts';
import type { Wire } from './wire.ts';

/**
 * What the course does with a call that books or cancels:
 *
 * - `receipt`, `refused`, `5xx`: responds after a second; a 5xx has no effect
 * - `unreachable`: no byte is sent
 * - `slow`: carries it out, and responds shortly before the timeout
 * - `lost`: carries it out, and the response is lost
 * - a number: carries it out that many milliseconds later, and never responds
 */
export type CommitCase = 'receipt' | 'refused' | 'unreachable' | '5xx' | 'slow' | 'lost' | number;

/** What the course does with a request for a slot and its price: `taken` refuses, a number responds that much later. */
export type LockCase = 'free' | 'fails' | 'taken' | 'dearer' | number;

/** How the course behaves. Each function is asked once per request. */
export interface CourseConduct {
  lock: () => LockCase;
  commit: () => CommitCase;
  /** Whether a read of reservations works. */
  reads: () => boolean;
  /** How long its lists are behind. Milliseconds. */
  lagMs: () => number;
  /** Whether a call that arrives after the ten minutes of its lock is dropped. */
  enforcesLock: boolean;
}

export interface Reservation {
  id: string;
  date: string;
  slot: string;
  /** When it was made, appears in lists, was cancelled, and disappears from lists. Milliseconds since the Unix epoch. */
  madeMs: number;
  seenMs: number;
  endedMs: number;
  goneMs: number;
  isCancelled: boolean;
  /** Whether a person cancelled it at the course. */
  isByHand: boolean;
}

/** What a call that books or cancels says about itself. */
export interface CommitBody {
  kind: 'book' | 'cancel';
  effectId: string;
  generation: number;
  messageId: string;
  cents: number;
  /** Of the day and slot, when it books. */
  date: string;
  slot: string;
  /** The reservation, when it cancels. */
  reservation: string;
  lockedUntilMs: number;
}

export interface CourseWatch {
  /** Bytes of a call may have left. Returns what is done when it turns out that none did. */
  onCall: (call: CommitBody) => () => void;
  /** A reservation was made. */
  onMade: (made: Reservation) => void;
}

/** The price of every slot. Cents. */
export const PRICE_CENTS = 5_000;
export const DEARER_CENTS = 8_000;

const LOCK_MS = 10 * MINUTE_MS;
/** The timeout of one request, longer than the longest answer to `/lock`. */
const NEVER = Number.POSITIVE_INFINITY;

export interface MemoryCourse {
  /** The connection of a container to it. Deadlines are times of the container's clock. */
  connect: (own: Clock) => HttpClient;
  /** What is really booked, and what was. */
  reservations: readonly Reservation[];
  standing: (date: string) => readonly Reservation[];
  /** A person reserves at the course. @returns the id */
  reserveByHand: (date: string, slot: string) => string;
  /** A person cancels at the course. */
  cancelByHand: (id: string) => void;
}

/** A course that takes reservations, in memory behind the simulated network. It forgets nothing, and may be late. */
export const memoryCourse = ({
  wire,
  clock,
  conduct,
  watch,
}: {
  wire: Wire;
  clock: Clock;
  conduct: CourseConduct;
  watch: CourseWatch;
}): MemoryCourse => {
  const reservations: Reservation[] = [];
  const later = (ms: number, then: () => void) => {
    clock.sleep(ms).then(then, () => {});
  };

  const end = (one: Reservation, isByHand: boolean) => {
    if (one.isCancelled) return;
    const endedMs = clock.now();
    Object.assign(one, { isCancelled: true, isByHand, endedMs });
    one.goneMs = endedMs + conduct.lagMs();
  };

  const newReservation = ({ date, slot }: Pick<Reservation, 'date' | 'slot'>): Reservation => {
    const madeMs = clock.now();
    return {
      ...{ id: `r${reservations.length + 1}`, date, slot, madeMs },
      seenMs: madeMs + conduct.lagMs(),
      ...{ endedMs: NEVER, goneMs: NEVER, isCancelled: false, isByHand: false },
    };
  };

  const carryOut = (call: CommitBody): string | undefined => {
    const nowMs = clock.now();
    if (conduct.enforcesLock && nowMs > call.lockedUntilMs) return undefined;
    if (call.kind === 'cancel') {
      const one = reservations.find(({ id }) => id === call.reservation);
      if (one !== undefined) end(one, false);
      return one?.id;
    }
    const made = newReservation(call);
    watch.onMade(made);
    reservations.push(made);
    return made.id;
  };

  const commit = async (call: CommitBody): Promise<HttpResponse> => {
    const answer = conduct.commit();
    const silence = () => new Promise<HttpResponse>(() => {});
    if (typeof answer === 'number') {
      later(answer, () => carryOut(call));
      return silence();
    }
    if (answer === 'unreachable') throw unreachableError();
    await clock.sleep(answer === 'slow' ? 9 * SECOND_MS : SECOND_MS);
    if (answer === '5xx') return json(503, {});
    if (answer === 'refused') return json(422, { error: 'the course does not want it' });
    const id = carryOut(call);
    if (answer === 'lost') return silence();
    return id === undefined ? json(422, { error: 'the lock is over' }) : json(200, { id });
  };

  const lock = async (): Promise<HttpResponse> => {
    const answer = conduct.lock();
    await clock.sleep(typeof answer === 'number' ? answer : SECOND_MS);
    if (answer === 'fails') return json(503, {});
    if (answer === 'taken') return json(409, { error: 'taken' });
    const cents = answer === 'dearer' ? DEARER_CENTS : PRICE_CENTS;
    return json(200, { cents, lockedUntilMs: clock.now() + LOCK_MS });
  };

  const list = async (query: URLSearchParams): Promise<HttpResponse> => {
    await clock.sleep(SECOND_MS);
    if (!conduct.reads()) return json(503, {});
    const nowMs = clock.now();
    const listed = reservations.filter(
      (one) =>
        (one.date === query.get('date') && one.seenMs <= nowMs && nowMs < one.goneMs) ||
        (one.id === query.get('id') && nowMs < one.goneMs),
    );
    return json(200, { reservations: listed.map(({ id, slot }) => ({ id, slot })) });
  };

  const respond = ({ url, body = '{}' }: HttpRequest): Promise<HttpResponse> => {
    const { pathname, searchParams } = new URL(url);
    if (pathname === '/lock') return lock();
    if (pathname === '/commit') return commit(JSON.parse(body) as CommitBody);
    return list(searchParams);
  };
  const connect = memoryClient({ wire, clock, respond });

  return {
    connect: (own) => {
      const client = connect(own);
      return async (request) => {
        if (!request.url.endsWith('/commit')) return client(request);
        const undo = watch.onCall(JSON.parse(request.body ?? '') as CommitBody);
        try {
          return await client(request);
        } catch (error) {
          if (error instanceof AppError && error.sent === false) undo();
          throw error;
        }
      };
    },
    reservations,
    standing: (date) => reservations.filter((one) => one.date === date && !one.isCancelled),
    reserveByHand: (date, slot) => {
      const made = newReservation({ date, slot });
      reservations.push(made);
      return made.id;
    },
    cancelByHand: (id) => {
      for (const one of reservations) if (one.id === id) end(one, true);
    },
  };
};

const json = (status: number, body: unknown): HttpResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** The error that a fault of the wire has when no byte was sent. */
export const unreachableError = (): AppError =>
  new AppError('unavailable', 'HTTP_CONNECTION', 'no connection', { sent: false });
