import { Badge } from '#handlers/web/app/parts/badge.tsx';
import type { EffectStatus } from '#lib/effects/effect-schema.ts';
import { EFFECT_WORDS } from './effect-words.ts';

export const EffectStatusBadge = ({ status }: { status: EffectStatus }) => {
  const { tone, text } = EFFECT_WORDS[status];
  return <Badge tone={tone}>{text}</Badge>;
};
