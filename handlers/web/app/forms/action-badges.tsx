import { Badge, EffectBadge } from '#handlers/web/app/parts/badge.tsx';
import type { ListedAction } from './action-form.ts';

/** What an action can change, and whether a person must approve it when somebody else sends it. */
export const ActionBadges = ({ action }: { action: ListedAction }) => (
  <>
    <EffectBadge effect={action.effect} />
    {action.needs_approval && <Badge tone="info">needs approval when scheduled</Badge>}
  </>
);
