import { useState } from 'preact/hooks';
import type { ScheduleFormState } from '#handlers/web/app/schedules/use-schedule-form.ts';
import { Button } from './button.tsx';
import { Notice } from './notice.tsx';

/** Says that the form contains input of before, and offers to discard it. */
export const RestoredNotice = ({ form }: { form: ScheduleFormState }) => {
  const [isShown, setShown] = useState(form.isChanged);
  if (!isShown) return null;
  return (
    <Notice tone="info" title="Your input of before is restored.">
      <Button
        onClick={() => {
          form.discard();
          setShown(false);
        }}
      >
        Discard it
      </Button>
    </Notice>
  );
};
