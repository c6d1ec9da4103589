import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { errorText, isApiError } from '#handlers/web/app/api/api-error.ts';
import { upperFirst } from '#handlers/web/app/format/upper-first.ts';
import { Button } from '#handlers/web/app/parts/button.tsx';
import { TextField, type TextFieldProps } from '#handlers/web/app/parts/field.tsx';
import { Notice } from '#handlers/web/app/parts/notice.tsx';
import { Panel } from '#handlers/web/app/parts/panel.tsx';
import { Correlation } from '#handlers/web/app/parts/resource-view.tsx';
import { LivePreviewPanel } from './live-preview-panel.tsx';
import { RecurrenceField } from './recurrence-field.tsx';
import { ScheduleLimits } from './schedule-limits.tsx';
import type { TextName } from './schedule-values.ts';
import { TargetFields } from './target-fields.tsx';
import { useFirePreview } from './use-fire-preview.ts';
import type { ScheduleFormState } from './use-schedule-form.ts';
import { ZoneField } from './zone-field.tsx';

export interface ScheduleFormProps {
  form: ScheduleFormState;
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
  const problemAt = (path: string) => {
    const problem = form.problemAt(path) ?? live.problems[path];
    return problem === undefined ? undefined : `${upperFirst(problem)}.`;
  };
  const submit = async () => {
    await form.submit();
    // The problems are shown with the next frame.
    requestAnimationFrame(() =>
      element.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(),
    );
  };
  const text = (path: string, name: TextName): Omit<TextFieldProps, 'label'> => ({
    value: values[name],
    error: problemAt(path),
    onInput: (value) => form.change({ [name]: value }),
    onBlur: () => form.leave(path),
  });
  return (
    <form
      ref={element}
      class="schedule-form"
      aria-label={action}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Panel title="Schedule">
        <TextField
          label="Name"
          isRequired
          help="No two schedules have the same name. Letters, digits, “_”, “.”, “-” and, between them, spaces."
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
      <div class="schedule-form-side">
        <LivePreviewPanel live={live} maxRuns={values.max_runs} />
      </div>
      <Panel title="What each fire sends">
        <TargetFields form={form} />
      </Panel>
      <ScheduleLimits {...{ form, text, problemAt }} />
      <div class="form">
        {children}
        <FormProblems form={form} />
        <div class="actions">
          <Button kind="primary" type="submit">
            {form.isSending ? 'Sending …' : action}
          </Button>
          <Button onClick={onCancel}>Cancel</Button>
        </div>
      </div>
    </form>
  );
};

/** The problems that belong to no control, and that there are others. */
const FormProblems = ({
  form: { error, others, isRefused },
}: {
  form: Pick<ScheduleFormState, 'error' | 'others' | 'isRefused'>;
}) => (
  <>
    {/* The page that edits says itself that somebody else changed the schedule. */}
    {error !== undefined && !(isApiError(error) && error.status === 412) && (
      <Notice tone="bad" title={errorText(error)}>
        <Correlation error={error} />
      </Notice>
    )}
    {others.length > 0 && (
      <Notice tone="bad" title="The schedule is not valid.">
        {others.map(({ path, problem }) => (
          <p key={`${path} ${problem}`}>{`${path} ${problem}`}</p>
        ))}
      </Notice>
    )}
    {isRefused && <Notice tone="bad" title="Correct the marked fields first." />}
  </>
);
