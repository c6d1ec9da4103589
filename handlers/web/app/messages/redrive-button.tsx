import { useState } from 'preact/hooks';
import { Button } from '#handlers/web/app/parts/button.tsx';
import { ConfirmDialog } from '#handlers/web/app/parts/confirm-dialog.tsx';
import { toast } from '#handlers/web/app/parts/toasts.tsx';
import { redriveMessage } from './redrive-message.ts';

/** Redrives a failed message, with a reason. */
export const RedriveButton = ({ id, onRedriven }: { id: string; onRedriven: () => void }) => {
  const [isAsking, setAsking] = useState(false);
  const redrive = async (reason: string) => {
    await redriveMessage(id, reason);
    toast('The message is queued again.');
    onRedriven();
  };
  return (
    <>
      <Button kind="primary" onClick={() => setAsking(true)}>
        Redrive …
      </Button>
      {isAsking && (
        <ConfirmDialog
          title="Redrive this message?"
          action="Redrive"
          asksReason
          onConfirm={redrive}
          onClose={() => setAsking(false)}
        >
          <p>
            The same message runs again with the same input. The messages that it already created
            stay as they are.
          </p>
        </ConfirmDialog>
      )}
    </>
  );
};
