import type { HttpClient, HttpRequest } from '#lib/http/client.ts';
import type { Clock } from '#lib/platform/clock.ts';
import { memoryClient } from './memory-client.ts';
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

  const respond = async ({ method, body = '' }: HttpRequest) => {
    if (answer === 'never') await new Promise(() => {});
    if (typeof answer === 'number') return { status: answer, headers: {}, body: '' };
    return method === 'GET' ? poll() : publish(body);
  };

  return {
    connect: memoryClient({ wire, clock, respond }),
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

const json = (body: unknown) => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: body === undefined ? '' : `${JSON.stringify(body)}\n`,
});
