import { setTimeout } from 'node:timers/promises';

/** The clock of the engine. Tests pass their own. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now: () => number;
  /** Resolves after `ms`, at once if it is negative. Rejects with an `AbortError` when `signal` aborts. */
  sleep: (ms: number, signal?: AbortSignal) => Promise<unknown>;
}

export const systemClock: Clock = {
  now: Date.now,
  sleep: (ms, signal) => setTimeout(Math.max(ms, 0), undefined, signal && { signal }),
};

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** When the hour of that time began. Milliseconds since the Unix epoch. */
export const hourStart = (ms: number): number => Math.floor(ms / HOUR_MS) * HOUR_MS;

/** ISO 8601, UTC, milliseconds: the format of every date that is stored or sent. */
export const iso = (ms: number): string => new Date(ms).toISOString();
