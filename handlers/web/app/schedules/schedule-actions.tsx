import { useState } from 'preact/hooks';
import { errorText } from '#handlers/web/app/api/api-error.ts';
import type { ApiSchedule } from '#handlers/web/app/api/responses.ts';
import { Button } from '#handlers/web/app/parts/button.tsx';
import { ConfirmDialog } from '#handlers/web/app/parts/confirm-dialog.tsx';
import { toast } from '#handlers/web/app/parts/toasts.tsx';
import { PauseDialog } from './pause-dialog.tsx';
import { requestResume, requestRun } from './schedule-requests.ts';
import { targetWords } from './schedule-words.ts';

export interface ScheduleActionsProps {
  schedule: ApiSchedule;
  /** Called after an action, so that the page shows its effect. */
  onChanged: () => void;
}

/** The buttons that pause, resume and run a schedule: those that its status allows. */
export const ScheduleActions = ({ schedule, onChanged }: ScheduleActionsProps) => {
  const { id, name, status } = schedule;
  const [asked, setAsked] = useState<'pause' | 'run'>();
  /** One key for each time that the dialog opens, so that another try after a timeout does not run it twice. */
  const [runKey, setRunKey] = useState('');
  const close = () => setAsked(undefined);
  const askToRun = () => {
    setRunKey(crypto.randomUUID());
    setAsked('run');
  };
  const resume = async () => {
    try {
      await requestResume(id);
      toast(`Resumed ${name}`);
      onChanged();
    } catch (error) {
      toast(`${name} is not resumed: ${errorText(error)}`, 'bad');
    }
  };
  const run = async () => {
    const message = await requestRun(id, runKey);
    toast(`${name} runs now`, 'ok', { href: `/messages/${message.id}`, text: 'Show the message' });
    onChanged();
  };
  if (status === 'deleted') return null;
  return (
    <div class="actions">
      {status === 'paused' && (
        <Button label={`Resume ${name}`} onClick={resume}>
          Resume
        </Button>
      )}
      {(status === 'active' || status === 'error') && (
        <Button label={`Pause ${name}`} onClick={() => setAsked('pause')}>
          Pause
        </Button>
      )}
      <Button label={`Run now: ${name}`} onClick={askToRun}>
        Run now
      </Button>
      {asked === 'pause' && (
        <PauseDialog schedule={schedule} onPaused={onChanged} onClose={close} />
      )}
      {asked === 'run' && (
        <ConfirmDialog title={`Run ${name} now?`} action="Run now" onConfirm={run} onClose={close}>
          <p>
            It sends its message at once: <bdi>{targetWords(schedule)}</bdi>. This does not count as
            a fire, and it does not wait for a run that is open.
          </p>
        </ConfirmDialog>
      )}
    </div>
  );
};
