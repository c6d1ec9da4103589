import { quantityText } from '#handlers/web/app/format/number.ts';
import { operationName } from '#handlers/web/app/format/operation-name.ts';
import { durationText } from '#handlers/web/app/format/time.ts';
import type { AttentionKind } from './attention-kind.ts';

/** The approvals that wait for a decision, as one entry with the shortest time left. */
export const pendingApprovals: AttentionKind = ({ approvals }, nowMs) => {
  const waiting = (approvals?.approvals ?? [])
    .map(({ id, title, expires_at }) => ({ id, title, leftMs: Date.parse(expires_at) - nowMs }))
    .filter(({ leftMs }) => leftMs > 0)
    .sort((a, b) => a.leftMs - b.leftMs);
  const [first, ...others] = waiting;
  if (first === undefined) return [];
  const left = durationText(first.leftMs);
  const count = `${waiting.length}${approvals?.hasMore ? '+' : ''}`;
  const isOne = others.length === 0;
  return [
    {
      ...{ key: 'approvals', tone: 'bad', label: 'Waits' },
      text: isOne
        ? `“${first.title}” waits for approval. It expires in ${left}.`
        : `${count} approvals wait for a decision. The first one expires in ${left}.`,
      href: isOne ? `/approvals/${first.id}` : '/approvals',
      linkText: isOne ? 'Open the approval' : 'Open the approvals',
    },
  ];
};

/** The effects whose outcome is not known, as one entry. */
export const unknownEffects: AttentionKind = ({ effects = [] }) => {
  const [first, ...others] = effects;
  if (first === undefined) return [];
  const isOne = others.length === 0;
  const what = isOne
    ? `“${operationName(first.operation)}”`
    : quantityText(effects.length, 'effect');
  return [
    {
      ...{ key: 'effects', tone: 'bad' },
      text: `It is not known whether ${what} happened.`,
      href: isOne ? `/effects/${first.effect_id}` : '/effects?status=unknown',
      linkText: isOne ? 'Open the effect' : 'Open these effects',
    },
  ];
};
