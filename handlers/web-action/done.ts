import type { FollowUp } from '#lib/actions/action.ts';
import type { ReadOutput } from '#lib/actions/cached-reads.ts';
import type { ChildDraft } from '#lib/messages/outcome.ts';
import type { AppError } from '#lib/platform/errors.ts';

/** What a run did. */
export interface Done extends Partial<ReadOutput> {
  /** The texts for people. */
  blocks: readonly string[];
  /** Sentences before each text. */
  notes: readonly string[];
  /** The web action that the output leads to. Its own pushes replace those of the texts. */
  followUp?: FollowUp | undefined;
  /** Set for an irreversible effect: the purpose of its push. That push is always created, also with `notify: false`. */
  outcomePurpose?: string;
  /** Another message did the same before. */
  isRepeated?: boolean;
}

/** A run that fails or waits, and the messages that report it. */
export interface NotDone {
  error: AppError;
  children: readonly ChildDraft[];
}
