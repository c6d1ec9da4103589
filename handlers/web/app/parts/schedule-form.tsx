import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { errorText } from '#handlers/web/app/api/api-error.ts';
import type { ScheduleValues } from '#handlers/web/app/schedules/schedule-values.ts';
import { CATCH_UP_WORDS, OVERLAP_WORDS } from '#handlers/web/app/schedules/schedule-words.ts';
import { useFirePreview } from '#handlers/web/app/schedules/use-fire-preview.ts';
import type { ScheduleForm as FormState } from '#handlers/web/app/schedules/use-schedule-form.ts';
import { Button } from './button.tsx';
import { DateTimeField, SelectField, TextField } from './field.tsx';
import { LivePreviewPanel } from './live-preview-panel.tsx';
import { Notice } from './notice.tsx';
import { Panel } from './panel.tsx';
import { RecurrenceField } from './recurrence-field.tsx';
import { Correlation } from './resource-view.tsx';
import { TargetFields } from './target-fields.tsx';
import { ZoneField } from './zone-field.tsx';

export interface ScheduleFormProps {
  form: FormState;
  /** The text of the button that sends it. */
  action: string;
  onCancel: () => void;
  /** Above the buttons. */
  children?: ComponentChildren;
}

/** The form that creates and edits schedules, with a preview that follows the input. */
export const ScheduleForm = ({ form, action, onCancel, children }: ScheduleFormProps) => {
  const { values } = form.draft;
  const live = useFirePreview(values);
  const element = useRef<HTMLFormElement>(null);
  const problemAt = (path: string) => form.problemAt(path) ?? live.problems[path];
  const submit = async () => {
    await form.submit();
    // After the problems are shown.
    setTimeout(() => element.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
  };
  const text = (path: string, name: TextName) => ({
    value: values[name],
    error: problemAt(path),
    onInput: (value: string) => form.change({ [name]: value }),
    onBlur: () => form.leave(path),
  });
  return (
    <form
      ref={element}
      class="schedule-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <div class="form">
        <Panel title="Schedule">
          <TextField
            label="Name"
            isRequired
            help="Unique. Letters, digits, “_”, “.”, “-” and, between them, spaces."
            {...text('name', 'name')}
          />
          <TextField label="Description" lines={2} {...text('description', 'description')} />
        </Panel>
        <Panel title="When">
          <RecurrenceField
            recurrence={values.recurrence}
            onChange={(recurrence) => form.change({ recurrence })}
            onBlur={() => form.leave('schedule_expression')}
            error={problemAt('schedule_expression')}
          />
          <ZoneField
            value={values.timezone}
            onChange={(timezone) => form.change({ timezone })}
            onBlur={() => form.leave('timezone')}
            error={problemAt('timezone')}
          />
        </Panel>
        <Panel title="What it sends">
          <TargetFields form={form} />
        </Panel>
        <MoreFields {...{ form, text, problemAt }} />
      </div>
      <div class="form schedule-form-side">
        <LivePreviewPanel live={live} maxRuns={values.max_runs} />
        {children}
        <FormProblems form={form} />
        <div class="actions">
          <Button kind="primary" onClick={submit}>
            {action}
          </Button>
          <Button onClick={onCancel}>Cancel</Button>
        </div>
      </div>
    </form>
  );
};

/** The values that are texts. */
type TextName = {
  [Name in keyof ScheduleValues]: string extends ScheduleValues[Name] ? Name : never;
}[keyof ScheduleValues];

interface MoreFieldsProps {
  form: FormState;
  text: (path: string, name: TextName) => Omit<Parameters<typeof TextField>[0], 'label'>;
  problemAt: (path: string) => string | undefined;
}

/** What most schedules leave at its default. */
const MoreFields = ({ form, text, problemAt }: MoreFieldsProps) => {
  const { values } = form.draft;
  return (
    <Panel title="Limits and exceptions">
      <SelectField
        label="When the run before is still open"
        value={values.overlap}
        options={OVERLAP_WORDS}
        onChange={(overlap) => form.change({ overlap: overlap as ScheduleValues['overlap'] })}
      />
      <SelectField
        label="When a fire was missed"
        value={values.catch_up}
        options={CATCH_UP_WORDS}
        onChange={(catch_up) => form.change({ catch_up: catch_up as ScheduleValues['catch_up'] })}
      />
      <TextField
        label="Valid for, in seconds"
        inputMode="numeric"
        help="A fire that is later than this expires. 60 to 2,592,000."
        {...text('valid_for_seconds', 'valid_for_seconds')}
      />
      <div class="field-row">
        <DateTimeField
          label="Not before"
          value={values.start_date}
          error={problemAt('start_date')}
          onChange={(start_date) => form.change({ start_date })}
        />
        <DateTimeField
          label="Not after"
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
    </Panel>
  );
};

/** The problems that belong to no control, and how many others there are. */
const FormProblems = ({ form: { error, others, isRefused } }: { form: FormState }) => (
  <>
    {error !== undefined && (
      <Notice tone="bad" title={errorText(error)}>
        <Correlation error={error} />
      </Notice>
    )}
    {others.length > 0 && (
      <Notice tone="bad" title="The schedule is not valid.">
        {others.map(({ path, problem }) => (
          <p key={path}>{`${path} ${problem}`}</p>
        ))}
      </Notice>
    )}
    {isRefused && <Notice tone="bad" title="Correct the marked fields first." />}
  </>
);
