import type { Fact } from '#lib/actions/action.ts';
import { argumentsDigest } from '#lib/approvals/arguments-digest.ts';
import type { Consent } from '#lib/approvals/consent.ts';
import type { ConsentRequest } from '#lib/approvals/new-approval.ts';
import type { EffectRequest } from '#lib/effects/ledger.ts';
import type { Message } from '#lib/messages/message.ts';
import type { NotDone } from './done.ts';
import type { IrreversibleAction } from './irreversible-action.ts';

/** The request for the ledger, if somebody said yes. */
export const effectRequest = async (
  message: Message,
  { operation, input, context: { configuration } }: IrreversibleAction,
  facts: readonly Fact[],
  requireConsent: (request: ConsentRequest) => Promise<Consent>,
): Promise<EffectRequest | NotDone> => {
  const { action, operation: name } = operation;
  const digest = argumentsDigest({ action, operation: name, input });
  const terms = await operation.termsOf(input, configuration);
  const consent = await requireConsent({ message, operation, facts, terms, digest });
  if (consent.is === 'missing') return consent;
  const { allowedBy, approval } = consent;
  const { link } = await operation.serviceOf(input, configuration);
  return {
    writer: {
      id: message.id,
      attempt: message.attempt,
      redrivenAt: message.redrives?.at(-1)?.at,
    },
    operation,
    input,
    facts,
    terms,
    link,
    permission: {
      allowedBy,
      ...(approval === undefined
        ? {}
        : { approval: { id: approval.id, digest, maxTotalCents: approval.max_total_cents } }),
    },
  };
};
