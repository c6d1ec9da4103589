import type { HttpClient } from '#lib/http/client.ts';
import { type Clock, SECOND_MS } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { Wire } from './wire.ts';

export interface PhoneOptions {
  wire: Wire;
  clock: Clock;
  /** Whether the server supports sequence ids, as 2.16 and newer do. */
  echoes?: boolean;
}

interface Sent {
  id: string;
  time: number;
  event: 'message';
  topic: string;
  message: string;
  title?: string;
  sequence_id: string;
}

export interface MemoryPhone {
  /** The connection of a container's channel to it. Deadlines are times of the container's clock. */
  connect: (own: Clock) => HttpClient;
  /** Every push that the server accepted, in order. */
  sent: readonly Sent[];
  /** What a person sees. If the server supports sequence ids, a repeated push replaces the first one. */
  shown: () => readonly Sent[];
  /** How it responds from now on. `undefined` means correctly. */
  answer: (answer: number | 'never' | undefined) => void;
  reset: () => void;
}

const TRY_TIMEOUT_MS = 10 * SECOND_MS;

/** An ntfy server in memory behind the simulated network, so that tests can break its requests like all others. */
export const memoryPhone = ({ wire, clock, echoes = true }: PhoneOptions): MemoryPhone => {
  const sent: Sent[] = [];
  let answer: number | 'never' | undefined;

  const publish = (body: string) => {
    const { sequence_id, ...said } = JSON.parse(body) as Omit<Sent, 'id' | 'time' | 'event'>;
    const push: Sent = {
      ...said,
      sequence_id,
      id: `push${String(sent.length + 1).padStart(8, '0')}`,
      time: Math.floor(clock.now() / 1_000),
      event: 'message',
    };
    sent.push(push);
    return json(echoes ? push : { ...push, sequence_id: undefined });
  };

  const poll = () => ({
    ...json(undefined),
    body: sent.map((one) => JSON.stringify(one)).join('\n'),
  });

  const connect =
    (own: Clock): HttpClient =>
    async (request) => {
      const { method, body = '', deadlineMs, timeoutMs = TRY_TIMEOUT_MS, signal } = request;
      const leftMs = deadlineMs - own.now();
      if (signal?.aborted || leftMs <= 0) throw deadlineError();
      const answered = new AbortController();
      const apply = async () => {
        if (answer === 'never') await new Promise(() => {});
        // A client that times out destroys its socket. Data that was not sent by then is never sent.
        if (answered.signal.aborted) throw new Error('the socket is gone');
        if (typeof answer === 'number') return { status: answer, headers: {}, body: '' };
        return method === 'GET' ? poll() : publish(body);
      };
      const late = clock.sleep(Math.min(timeoutMs, leftMs), answered.signal).then(() => {
        if (leftMs <= timeoutMs) throw deadlineError();
        throw new AppError('unavailable', 'HTTP_TIMEOUT', 'no answer in time');
      });
      late.catch(() => {});
      try {
        return await Promise.race([wire.call(`http:${method}`, apply, { signal }), late]);
      } catch (cause) {
        if (cause instanceof AppError) throw cause;
        if (signal?.aborted) throw deadlineError(cause);
        throw new AppError('unavailable', 'HTTP_CONNECTION', 'no answer', { cause });
      } finally {
        answered.abort();
      }
    };

  return {
    connect,
    sent,
    shown: () =>
      echoes ? [...new Map(sent.map((push) => [push.sequence_id, push])).values()] : sent,
    answer: (next) => {
      answer = next;
    },
    reset: () => {
      sent.length = 0;
      answer = undefined;
    },
  };
};

const deadlineError = (cause?: unknown) =>
  new AppError('unavailable', 'HTTP_DEADLINE', 'cut short', { cause });

const json = (body: unknown) => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: body === undefined ? '' : `${JSON.stringify(body)}\n`,
});
