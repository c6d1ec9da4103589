import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { errorText } from '#handlers/web/app/api/api-error.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { ErrorDetails } from './error-details.tsx';
import { TextField } from './field.tsx';
import { Notice } from './notice.tsx';

export interface ConfirmDialogProps {
  title: string;
  /** What will happen. */
  children?: ComponentChildren;
  /** The text of the button that does it. */
  action: string;
  kind?: 'primary' | 'danger' | undefined;
  /** Whether a reason must be given. */
  asksReason?: boolean | undefined;
  /** A text that the viewer must type, for what cannot be undone. */
  typedText?: string | undefined;
  /** Does it. A rejection is shown in the dialog, which stays open. */
  onConfirm: (reason: string) => Promise<unknown>;
  onClose: () => void;
}

/** Asks before something is done, and for a reason if there must be one. */
export const ConfirmDialog = ({
  title,
  children,
  action,
  kind = 'primary',
  asksReason = false,
  typedText,
  onConfirm,
  onClose,
}: ConfirmDialogProps) => {
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const [error, setError] = useState<unknown>();
  const [hasTried, setTried] = useState(false);
  const reasonError = asksReason && reason.trim() === '' ? 'Give a reason.' : undefined;
  const typedError =
    typedText !== undefined && typed !== typedText ? `Type “${typedText}”.` : undefined;

  const confirm = async () => {
    setTried(true);
    if (reasonError !== undefined || typedError !== undefined) return;
    try {
      await onConfirm(reason.trim());
      onClose();
    } catch (cause) {
      setError(cause);
    }
  };

  return (
    <Dialog title={title} onClose={onClose}>
      {children}
      {asksReason && (
        <TextField
          label="Reason"
          isRequired
          value={reason}
          onInput={setReason}
          error={hasTried ? reasonError : undefined}
        />
      )}
      {typedText !== undefined && (
        <TextField
          label={`Type “${typedText}” to confirm`}
          isRequired
          value={typed}
          onInput={setTyped}
          error={hasTried ? typedError : undefined}
        />
      )}
      {error !== undefined && (
        <Notice tone="bad" title={errorText(error)}>
          <ErrorDetails error={error} />
        </Notice>
      )}
      <div class="actions">
        <Button kind={kind} type="submit" onClick={confirm}>
          {action}
        </Button>
        <Button onClick={onClose}>Cancel</Button>
      </div>
    </Dialog>
  );
};
