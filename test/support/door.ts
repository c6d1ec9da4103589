import type { HttpClient } from '#lib/http/client.ts';
import type { Clock } from '#lib/platform/clock.ts';
import { memoryClient } from './memory-client.ts';
import type { Wire } from './wire.ts';

export interface MemoryDoor {
  /** The connection of a container to it. Deadlines are times of the container's clock. */
  connect: (own: Clock) => HttpClient;
  /** How often it was opened. */
  opened: () => number;
  /** The status of its responses from now on. 403 is a challenge. `undefined` means correctly. */
  answer: (status: number | undefined) => void;
  reset: () => void;
}

/** A service that only configuration names, in memory behind the simulated network. Opening it twice does no harm. */
export const memoryDoor = ({ wire, clock }: { wire: Wire; clock: Clock }): MemoryDoor => {
  let opened = 0;
  let status: number | undefined;
  return {
    connect: memoryClient({
      wire,
      clock,
      respond: () => {
        if (status === undefined) opened += 1;
        return { status: status ?? 200, headers: {}, body: '' };
      },
    }),
    opened: () => opened,
    answer: (next) => {
      status = next;
    },
    reset: () => {
      opened = 0;
      status = undefined;
    },
  };
};
