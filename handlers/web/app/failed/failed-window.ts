const HOUR_MS = 3_600_000;

/** How far back the list of failed messages can go, by the value in the address. */
export const FAILED_WINDOWS = {
  '24': '24 hours',
  '168': '7 days',
  '720': '30 days',
  all: 'All',
} as const;

export type FailedWindow = keyof typeof FAILED_WINDOWS;

/** The window of an address; seven days for an address without one, or with an unknown one. */
export const failedWindowOf = (value: string | undefined): FailedWindow =>
  value !== undefined && Object.hasOwn(FAILED_WINDOWS, value) ? (value as FailedWindow) : '168';

/** When the window begins, as the list of messages takes it; `undefined` for a window without a beginning. */
export const windowStart = (window: FailedWindow, nowMs: number): string | undefined =>
  window === 'all' ? undefined : new Date(nowMs - Number(window) * HOUR_MS).toISOString();
