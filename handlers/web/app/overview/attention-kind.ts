import type { ApiEffect, ApiSchedule, Flag, SystemState } from '#handlers/web/app/api/responses.ts';
import type { FailedLately } from '#handlers/web/app/state/failed-lately.ts';
import type { PendingApprovals } from '#handlers/web/app/state/pending-approvals.ts';

/** Something that an operator should look at. */
export interface Attention {
  key: string;
  tone: 'bad' | 'warn';
  /** In place of `Problem` and `Check`. */
  label?: string;
  /** One sentence. */
  text: string;
  /** What somebody else wrote about it, such as a reason. */
  quote?: string | undefined;
  /** Where to look or what to do. */
  href: string;
  linkText: string;
}

/** What attention needs of a schedule. */
export type WatchedSchedule = Pick<
  ApiSchedule,
  'id' | 'name' | 'status' | 'health' | 'problem' | 'down_since'
>;

/** What is known. `undefined`: not read yet. */
export interface AttentionSources {
  approvals: PendingApprovals | undefined;
  /** Those whose outcome is not known. */
  effects: readonly Pick<ApiEffect, 'effect_id' | 'operation'>[] | undefined;
  failed: FailedLately | undefined;
  schedules: readonly WatchedSchedule[] | undefined;
  system: SystemState | undefined;
  flags: readonly Flag[] | undefined;
}

/** Finds what needs attention of one kind. */
export type AttentionKind = (sources: AttentionSources, nowMs: number) => Attention[];
