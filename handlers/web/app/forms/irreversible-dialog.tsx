import { ConfirmDialog } from '#handlers/web/app/parts/confirm-dialog.tsx';
import { FactList } from '#handlers/web/app/parts/fact-list.tsx';
import type { Fact } from '#lib/actions/action.ts';

export interface IrreversibleDialogProps {
  /** The title of the action. */
  title: string;
  /** What exactly is done. */
  facts: readonly Fact[];
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
}

/** Asks before an action is sent that cannot be undone. */
export const IrreversibleDialog = ({ title, facts, ...events }: IrreversibleDialogProps) => (
  <ConfirmDialog title={`Run “${title}”?`} action="Run" kind="danger" {...events}>
    <FactList facts={facts} />
    <p>
      <strong>It cannot be undone, and begins at once.</strong> You send it yourself, so it needs no
      further approval. A dry run only shows what it would do.
    </p>
  </ConfirmDialog>
);
