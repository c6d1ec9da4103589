import type { Fact } from '#lib/actions/action.ts';
import type { ChildDraft } from '#lib/messages/outcome.ts';
import { shortened } from '#lib/platform/text.ts';
import type { Effect } from './effect-schema.ts';

/** Texts of people and services are shortened, because a push has at most 4 KB. UTF-16 units. */
const MAX_FACT_CHARS = 200;

/**
 * The push that says that nobody knows whether an effect happened. Its purpose contains the generation. The message and the
 * sweeper can both create it, and each generation still has only one.
 * @param publicUrl the address of the platform
 */
export const unknownPush = (
  { effect_id, generation, facts, link }: Effect,
  publicUrl: string,
): ChildDraft => ({
  purpose: `unknown-${generation}`,
  message_type: 'notify',
  payload: {
    title: 'Unknown whether it happened',
    message: [
      ...factLines(facts),
      'The service did not say whether it carried this out, and does not list it clearly.',
      link === undefined ? 'Look at the page of the provider.' : `Look at ${link}`,
      'Then say on this page what you found.',
    ].join('\n'),
    priority: 5,
    tags: ['question'],
    click: `${publicUrl}/effects/${effect_id}`,
  },
});

/** One line for each fact. */
export const factLines = (facts: readonly Fact[]): string[] =>
  facts.map(({ label, value }) => shortened(`${label}: ${value}`, MAX_FACT_CHARS));
