import type { QuotaChange } from '#lib/effects/effect-store.ts';

/** The change of one counter in a transaction. */
export interface CounterChange {
  key: string;
  /** Not 0. */
  add: number;
  /** The counter must not be above it after the change. Absent: no limit. */
  limit: number | undefined;
}

/** One change for each counter, because a transaction can write a row only once. Counters that stay as they are, are left out. */
export const counterChanges = (quotas: readonly QuotaChange[]): CounterChange[] => {
  const changes = new Map<string, CounterChange>();
  for (const { keys, add, limits } of quotas) {
    keys.forEach((key, n) => {
      const earlier = changes.get(key);
      const limit = limits?.[n] ?? earlier?.limit;
      changes.set(key, { key, add: (earlier?.add ?? 0) + add, limit });
    });
  }
  return [...changes.values()].filter(({ add }) => add !== 0);
};
