import type { Effect } from './effect-schema.ts';

/** A change of the counters of quotas. Either all of them change, or none. */
export interface QuotaChange {
  keys: readonly string[];
  add: 1 | -1;
  /** The change needs each counter to be below its limit, in the order of the keys. Absent: no limit. */
  limits?: readonly number[];
}

/** One write of the ledger: a row, and what must change with it in the same transaction. */
export interface EffectChange {
  /** The row as the run read it; `undefined` when there was none. */
  before: Effect | undefined;
  /** The row after the write. Its `rev` is one more than before. */
  after: Effect;
  quotas?: readonly QuotaChange[];
  approval?: {
    id: string;
    from: 'approved' | 'used';
    to: 'approved' | 'used';
    /** The digest that the approval must have. */
    digest: string;
  };
  /** The effect that the row reverses. */
  reversed?: { before: Effect; after: Effect };
}

/** Which condition of a write did not hold. */
export type RefusedPart = 'effect' | 'quota' | 'approval' | 'reversed';

/** The table of effects. */
export interface EffectStore {
  /** A consistent read. @throws AppError `unavailable` / `STORE_UNAVAILABLE` */
  find: (effectId: string) => Promise<Effect | undefined>;
  /**
   * Writes all parts, or none. A write whose response was lost counts as done when the row shows its status, message,
   * attempt, `rev` and `updated_date`. A conflict of transactions and throttling are retried for two seconds.
   * @returns the parts that refused the write; none when it is done
   * @throws AppError `unavailable` / `STORE_UNAVAILABLE`; the write may have happened
   */
  write: (change: EffectChange) => Promise<readonly RefusedPart[]>;
}
