import { HOUR_MS } from '#lib/platform/clock.ts';

/** When the hour began in which that instant lies. Milliseconds since the Unix epoch. */
export const hourOf = (ms: number): number => Math.floor(ms / HOUR_MS) * HOUR_MS;
