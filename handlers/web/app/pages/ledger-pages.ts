// Pages that load together: see work-pages.ts.
export { ApprovalPage } from './approval-page.tsx';
export { ApprovalsPage } from './approvals-page.tsx';
export { EffectPage } from './effect-page.tsx';
export { EffectsPage } from './effects-page.tsx';
