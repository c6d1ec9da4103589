import type { EffectStatus } from '#lib/effects/effect-schema.ts';

/** What a person can say about an effect. */
export interface Resolution {
  outcome: 'confirmed' | 'rejected' | 'reversed';
  /** The text of the button. */
  action: string;
  /** The question of the dialog. */
  question: string;
  /** What follows from it, one sentence each. */
  consequences: readonly string[];
}

const RESOLUTIONS: Readonly<Partial<Record<EffectStatus, readonly Resolution[]>>> = {
  unknown: [
    {
      outcome: 'confirmed',
      action: 'It happened',
      question: 'Did it happen?',
      consequences: [
        'The ledger says that it happened, and it keeps its place in the limits.',
        'The same is not done again.',
      ],
    },
    {
      outcome: 'rejected',
      action: 'It did not happen',
      question: 'Did it not happen?',
      consequences: [
        'The limits get its place back.',
        'It can be done again. If it did happen after all, it can then happen twice.',
      ],
    },
  ],
  confirmed: [
    {
      outcome: 'reversed',
      action: 'It was undone elsewhere',
      question: 'Was it undone elsewhere?',
      consequences: [
        'The platform does not cancel anything: it only stores what you say.',
        'The limits get its place back.',
        'It can be done again.',
      ],
    },
  ],
};

/** What a person can say about an effect with this status. */
export const resolutionsOf = (status: EffectStatus): readonly Resolution[] =>
  RESOLUTIONS[status] ?? [];
