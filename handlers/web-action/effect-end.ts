import type { Fact } from '#lib/actions/action.ts';
import type { IrreversibleOperation } from '#lib/actions/irreversible.ts';
import type { EffectEnd } from '#lib/effects/ledger.ts';
import { factLines, unknownPush } from '#lib/effects/unknown-push.ts';
import type { Message } from '#lib/messages/message.ts';
import type { ChildDraft } from '#lib/messages/outcome.ts';
import type { AppError } from '#lib/platform/errors.ts';
import type { Done, NotDone } from './done.ts';

/** What the end of an effect means for its message. Every end is a push. */
export const endOfEffect = (
  end: EffectEnd,
  message: Message,
  operation: IrreversibleOperation,
  publicUrl: string,
): Done | NotDone => {
  const { effect } = end;
  if (end.is === 'failed') {
    const { error } = end;
    const push =
      error.code === 'EFFECT_UNKNOWN'
        ? unknownPush(effect, publicUrl)
        : failurePush(error, effect.facts, message, { operation, publicUrl });
    return { error, children: [push] };
  }
  const { plan, receipt } = effect;
  const output =
    plan === undefined || receipt === undefined ? undefined : operation.outputOf(plan, receipt);
  return {
    output,
    notes: end.isRepeated ? ['It was done before, and not again:'] : [],
    blocks:
      output === undefined
        ? [['A person confirmed it.', ...factLines(effect.facts)].join('\n')]
        : operation.present(output),
    outcomePurpose: outcomePurpose(message),
    isRepeated: end.isRepeated,
  };
};

/** The push that reports why an irreversible action was not carried out. Its link says what to do. */
export const failurePush = (
  { message: reason }: AppError,
  facts: readonly Fact[],
  message: Message,
  { operation, publicUrl }: { operation: IrreversibleOperation; publicUrl: string },
): ChildDraft => ({
  purpose: outcomePurpose(message),
  message_type: 'notify',
  payload: {
    title: `Not done: ${operation.title}`,
    message: [sentence(reason), ...factLines(facts)].join('\n'),
    priority: 'high',
    tags: ['x'],
    click: `${publicUrl}/messages/${message.id}`,
  },
});

/** Reasons are parts of log lines, so they have no capital and no full stop. */
const sentence = (reason: string): string =>
  `${reason.charAt(0).toUpperCase()}${reason.slice(1)}${/[.!?)…"]$/.test(reason) ? '' : '.'}`;

/** A redriven message reports its outcome again. */
const outcomePurpose = ({ redrives }: Pick<Message, 'redrives'>): string =>
  `outcome-${redrives?.at(-1)?.at ?? 0}`;
