import type { Attention, AttentionKind } from './attention-kind.ts';
import { pendingApprovals, unknownEffects } from './effect-attention.ts';
import { flagAttention } from './flag-attention.ts';
import { failedMessages, schedulesWithProblems } from './run-attention.ts';
import {
  deadLetters,
  failedChecks,
  missingConfiguration,
  openBreakers,
  silentSweeper,
} from './system-attention.ts';

/** Every kind, the most urgent first. */
const KINDS: readonly AttentionKind[] = [
  pendingApprovals,
  unknownEffects,
  failedChecks,
  silentSweeper,
  failedMessages,
  schedulesWithProblems,
  openBreakers,
  deadLetters,
  flagAttention,
  missingConfiguration,
];

/** Everything that needs attention: first what is broken, then what may be intended or can wait. */
export const attentionOf: (...of: Parameters<AttentionKind>) => Attention[] = (sources, nowMs) => {
  const all = KINDS.flatMap((kind) => kind(sources, nowMs));
  return [
    ...all.filter(({ tone }) => tone === 'bad'),
    ...all.filter(({ tone }) => tone === 'warn'),
  ];
};
