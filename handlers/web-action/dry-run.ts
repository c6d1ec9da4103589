import type { Fact } from '#lib/actions/action.ts';
import type { ActionOperation } from '#lib/actions/operation.ts';
import type { Done } from './done.ts';

/** The result of a dry run: what would have been done. `note` says why it was one, if the message does not. */
export const dryRunOf = (
  { title }: Pick<ActionOperation, 'title'>,
  facts: readonly Fact[],
  note?: string,
): Done => {
  const lines = facts.map(({ label, value }) => `${label}: ${value}`);
  const notes = note === undefined ? [] : [note];
  return {
    notes: [DRY_RUN],
    blocks: [[`${title} was not carried out.`, ...lines, ...notes].join('\n')],
  };
};

/** How the push about a dry run begins. */
export const DRY_RUN = 'Dry run:';
