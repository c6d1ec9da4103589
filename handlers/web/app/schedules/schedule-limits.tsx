import { useState } from 'preact/hooks';
import {
  DateTimeField,
  SelectField,
  TextField,
  type TextFieldProps,
} from '#handlers/web/app/parts/field.tsx';
import { LIMIT_PATHS } from './schedule-problems.ts';
import type { ScheduleValues, TextName } from './schedule-values.ts';
import { CATCH_UP_WORDS, OVERLAP_WORDS } from './schedule-words.ts';
import type { ScheduleFormState } from './use-schedule-form.ts';

export interface ScheduleLimitsProps {
  form: ScheduleFormState;
  /** The properties of a field for a text. */
  text: (path: string, name: TextName) => Omit<TextFieldProps, 'label'>;
  problemAt: (path: string) => string | undefined;
}

/** What most schedules leave at its default. It is folded as long as it has no problem. */
export const ScheduleLimits = ({ form, text, problemAt }: ScheduleLimitsProps) => {
  const { values } = form.draft;
  const [isOpen, setOpen] = useState(false);
  const hasProblem = LIMIT_PATHS.some((path) => problemAt(path) !== undefined);
  return (
    <details
      class="panel more"
      open={isOpen || hasProblem}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>
        Limits and exceptions <span class="muted">overlap, missed fires, dates, reports</span>
      </summary>
      <div class="form">
        <SelectField
          label="When the run before is still open"
          value={values.overlap}
          error={problemAt('overlap')}
          options={OVERLAP_WORDS}
          onChange={(overlap) => form.change({ overlap: overlap as ScheduleValues['overlap'] })}
        />
        <SelectField
          label="When a fire was missed"
          value={values.catch_up}
          error={problemAt('catch_up')}
          options={CATCH_UP_WORDS}
          onChange={(catch_up) => form.change({ catch_up: catch_up as ScheduleValues['catch_up'] })}
        />
        <TextField
          label="Valid for, in seconds"
          inputMode="numeric"
          help="A fire that is later than this expires, and its work does not run. 60 to 2,592,000."
          {...text('valid_for_seconds', 'valid_for_seconds')}
        />
        <div class="field-row">
          <DateTimeField
            label="Not before"
            help="In your time zone."
            value={values.start_date}
            error={problemAt('start_date')}
            onChange={(start_date) => form.change({ start_date })}
          />
          <DateTimeField
            label="Not after"
            help="In your time zone."
            value={values.end_date}
            error={problemAt('end_date')}
            onChange={(end_date) => form.change({ end_date })}
          />
        </div>
        <TextField
          label="Ends after this many fires"
          inputMode="numeric"
          help="Empty: it does not end."
          {...text('max_runs', 'max_runs')}
        />
        <div class="field-row">
          <TextField
            label="Report a fire that is later than, in seconds"
            inputMode="numeric"
            help="60 to 86,400."
            {...text('expect.grace_seconds', 'grace_seconds')}
          />
          <TextField
            label="Report a run that takes longer than, in seconds"
            inputMode="numeric"
            help="60 to 86,400."
            {...text('expect.max_run_seconds', 'max_run_seconds')}
          />
        </div>
      </div>
    </details>
  );
};
