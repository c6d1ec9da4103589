import type { Fact } from '#lib/actions/action.ts';
import { dollarsText } from '#lib/platform/dollars-text.ts';
import type { Approval } from './approval-schema.ts';

const LABEL = 'At most';

/** The facts of an approval with the most that may be paid, which some operations state themselves. */
export const factsWithLimit = ({
  facts,
  max_total_cents,
}: Pick<Approval, 'facts' | 'max_total_cents'>): readonly Fact[] =>
  max_total_cents === undefined || facts.some(({ label }) => label === LABEL)
    ? facts
    : [...facts, { label: LABEL, value: dollarsText(max_total_cents) }];
