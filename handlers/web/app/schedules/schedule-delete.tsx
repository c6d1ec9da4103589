import { useState } from 'preact/hooks';
import type { ApiSchedule } from '#handlers/web/app/api/responses.ts';
import { Button } from '#handlers/web/app/parts/button.tsx';
import { ConfirmDialog } from '#handlers/web/app/parts/confirm-dialog.tsx';
import { toast } from '#handlers/web/app/parts/toasts.tsx';
import { useRouteWhileShown } from '#handlers/web/app/state/use-route-while-shown.ts';
import { requestDeletion } from './schedule-requests.ts';

/** A button that deletes a schedule after the viewer has typed its name. */
export const ScheduleDelete = ({ schedule }: { schedule: ApiSchedule }) => {
  const { id, name, revision } = schedule;
  const route = useRouteWhileShown();
  const [isAsking, setAsking] = useState(false);
  const remove = async () => {
    await requestDeletion(id, revision);
    toast(`Deleted ${name}`);
    route('/schedules');
  };
  return (
    <>
      <Button kind="danger" onClick={() => setAsking(true)}>
        Delete …
      </Button>
      {isAsking && (
        <ConfirmDialog
          title={`Delete ${name}?`}
          action="Delete"
          kind="danger"
          typedText={name}
          onConfirm={remove}
          onClose={() => setAsking(false)}
        >
          <p>
            It does not fire again, and it cannot be restored. It stays readable for 90 days. Pause
            it instead if it may be needed again.
          </p>
        </ConfirmDialog>
      )}
    </>
  );
};
