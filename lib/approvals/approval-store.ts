import type { Approval } from './approval-schema.ts';

/** What a person decided about an approval. */
export interface Decision {
  status: 'approved' | 'denied';
  /** Who decided: `user:ada`. */
  by: string;
  reason: string | undefined;
}

/** The table of approvals. Every function throws AppError `unavailable` / `STORE_UNAVAILABLE`. */
export interface ApprovalStore {
  /** Puts an approval whose id is free. @returns the stored one, which may be an earlier one */
  put: (approval: Approval) => Promise<Approval>;
  /** A consistent read. */
  find: (id: string) => Promise<Approval | undefined>;
  /** Consistent reads. Ids that do not exist are left out. */
  findAll: (ids: readonly string[]) => Promise<readonly Approval[]>;
  /** Decides a pending approval before it expires. @returns `undefined` when it is not pending any more, or expired */
  decide: (id: string, decision: Decision & { nowMs: number }) => Promise<Approval | undefined>;
  /** Expires a pending approval whose time is over. @returns `undefined` when it is not pending any more, or still valid */
  expire: (id: string, nowMs: number) => Promise<Approval | undefined>;
  /**
   * Uses an approved approval with this digest, for a call that is not in the ledger.
   * @returns `undefined` when it is not approved any more
   */
  use: (id: string, digest: string, nowMs: number) => Promise<Approval | undefined>;
}
