import { useState } from 'preact/hooks';
import type { ApiSchedule } from '#handlers/web/app/api/responses.ts';
import { exactTime } from '#handlers/web/app/format/time.ts';
import { Button } from '#handlers/web/app/parts/button.tsx';
import { ConfirmDialog } from '#handlers/web/app/parts/confirm-dialog.tsx';
import { DateTimeField, TextField } from '#handlers/web/app/parts/field.tsx';
import { toast } from '#handlers/web/app/parts/toasts.tsx';
import { requestPause } from './schedule-requests.ts';

export interface PauseDialogProps {
  schedule: ApiSchedule;
  onPaused: () => void;
  onClose: () => void;
}

const HOUR_MS = 3_600_000;
/** Ends of a pause that one click chooses. */
const PRESETS = { '1 hour': 1, '8 hours': 8, '1 day': 24, '1 week': 168 };

/** Asks why and until when a schedule pauses, and pauses it. For a paused one, it replaces both. */
export const PauseDialog = ({ schedule, onPaused, onClose }: PauseDialogProps) => {
  const { id, name, paused_reason = '', paused_until = '' } = schedule;
  const [reason, setReason] = useState(paused_reason);
  const [until, setUntil] = useState(paused_until);
  const pause = async () => {
    await requestPause(id, reason.trim(), until);
    toast(
      until === ''
        ? `Paused ${name} until it is resumed`
        : `Paused ${name} until ${exactTime(Date.parse(until))}`,
    );
    onPaused();
  };
  return (
    <ConfirmDialog
      title={schedule.status === 'paused' ? `Change the pause of ${name}` : `Pause ${name}?`}
      action={schedule.status === 'paused' ? 'Change' : 'Pause'}
      onConfirm={pause}
      onClose={onClose}
    >
      <p>Fires that are due during the pause are not caught up.</p>
      <TextField
        label="Reason"
        help="The list of schedules shows it."
        value={reason}
        onInput={setReason}
      />
      <DateTimeField
        label="Until"
        help="Empty: until somebody resumes it."
        value={until}
        onChange={setUntil}
      />
      <fieldset class="presets actions">
        <legend class="visually-hidden">How long</legend>
        {Object.entries(PRESETS).map(([text, hours]) => (
          <Button
            key={text}
            onClick={() => setUntil(new Date(Date.now() + hours * HOUR_MS).toISOString())}
          >
            {text}
          </Button>
        ))}
        <Button onClick={() => setUntil('')}>No end</Button>
      </fieldset>
    </ConfirmDialog>
  );
};
