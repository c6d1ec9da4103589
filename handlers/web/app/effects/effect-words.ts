import type { Tone } from '#handlers/web/app/parts/tone.ts';
import type { EffectStatus } from '#lib/effects/effect-schema.ts';

interface StatusWords {
  tone: Tone;
  /** For a badge. */
  text: string;
  meaning: string;
  /** What a person does about it. */
  toDo: string;
}

const NOTHING = 'Nothing.';

/** The statuses of effects, in the order of the filter: first those that need a person. */
export const EFFECT_WORDS: Readonly<Record<EffectStatus, StatusWords>> = {
  unknown: {
    tone: 'bad',
    text: 'not known',
    meaning: 'The call was sent, but the provider did not say whether it carried it out.',
    toDo: 'While its message waits, nothing: the platform looks again at the provider. When the message has failed, look at the provider’s own page, and say here what happened.',
  },
  sent: {
    tone: 'info',
    text: 'in progress',
    meaning: 'The call was sent. The answer of the provider is not stored yet.',
    toDo: NOTHING,
  },
  planned: {
    tone: 'neutral',
    text: 'planned',
    meaning: 'The call is being prepared. Nothing was sent yet.',
    toDo: NOTHING,
  },
  confirmed: {
    tone: 'ok',
    text: 'happened',
    meaning: 'The provider carried it out.',
    toDo: 'Nothing. If it was undone elsewhere, say so here, so that it can be done again.',
  },
  rejected: {
    tone: 'neutral',
    text: 'did not happen',
    meaning: 'It was not carried out, and counts against no limit.',
    toDo: 'Send it again, or redrive its message, if you still want it.',
  },
  reversed: {
    tone: 'neutral',
    text: 'undone',
    meaning: 'It was carried out, and undone later. It counts against no limit.',
    toDo: 'Nothing. It can be done again.',
  },
};

/** What allowed a call, as the ledger stores it. `undefined` for a person who approved it. */
export const allowedText = (allowedBy: string): string | undefined =>
  allowedBy === 'own post'
    ? 'allowed, because a person sent it'
    : allowedBy === 'policy'
      ? 'allowed by a rule of the policy'
      : undefined;
