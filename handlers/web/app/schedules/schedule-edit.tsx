import { useState } from 'preact/hooks';
import { isApiError } from '#handlers/web/app/api/api-error.ts';
import type { ApiSchedule } from '#handlers/web/app/api/responses.ts';
import { Button } from '#handlers/web/app/parts/button.tsx';
import { Notice } from '#handlers/web/app/parts/notice.tsx';
import { ResourceView } from '#handlers/web/app/parts/resource-view.tsx';
import { RestoredNotice } from '#handlers/web/app/parts/restored-notice.tsx';
import { toast } from '#handlers/web/app/parts/toasts.tsx';
import { useResource } from '#handlers/web/app/state/use-resource.ts';
import { loadTargetForms } from './load-target-forms.ts';
import { mergeValues } from './merge-values.ts';
import { scheduleBodyOf } from './schedule-body.ts';
import { ScheduleForm } from './schedule-form.tsx';
import { loadSchedule, replaceSchedule } from './schedule-requests.ts';
import { type ScheduleValues, scheduleValuesOf } from './schedule-values.ts';
import type { TargetForm } from './target-values.ts';
import { type ScheduleFormState, useScheduleForm } from './use-schedule-form.ts';

export interface ScheduleEditProps {
  schedule: ApiSchedule;
  onDone: () => void;
}

/** Changes a schedule. When somebody else changed it meanwhile, the viewer can load the new state and keep the input. */
export const ScheduleEdit = ({ schedule, onDone }: ScheduleEditProps) => {
  const resource = useResource('forms', loadTargetForms);
  return (
    <ResourceView resource={resource} what="the form">
      {(targetForms) => <EditForm {...{ schedule, targetForms, onDone }} />}
    </ResourceView>
  );
};

const EditForm = ({
  schedule,
  targetForms,
  onDone,
}: ScheduleEditProps & { targetForms: readonly TargetForm[] }) => {
  const { id } = schedule;
  const [loaded, setLoaded] = useState<readonly (keyof ScheduleValues)[]>();
  const stored = scheduleValuesOf(schedule, targetForms);
  const form = useScheduleForm({
    key: `schedule:${id}`,
    initial: { values: stored, base: stored, revision: schedule.revision },
    targetForms,
    send: async ({ values, revision }, targetForm) => {
      const { name } = await replaceSchedule(id, revision, scheduleBodyOf(values, targetForm));
      toast(`Saved ${name}`);
      onDone();
    },
  });
  const isOvertaken = isApiError(form.error) && form.error.status === 412;
  const load = async () => {
    const fresh = await loadSchedule(id);
    const theirs = scheduleValuesOf(fresh, targetForms);
    const { values, conflicts } = mergeValues(form.draft.base, form.draft.values, theirs);
    form.replace({ values, base: theirs, revision: fresh.revision });
    setLoaded(conflicts);
  };
  return (
    <>
      <RestoredNotice form={form} />
      <ScheduleForm
        form={form}
        action="Save changes"
        onCancel={() => {
          form.discard();
          onDone();
        }}
      >
        {isOvertaken && <Overtaken onLoad={load} />}
        {loaded !== undefined && !isOvertaken && <Loaded form={form} conflicts={loaded} />}
      </ScheduleForm>
    </>
  );
};

const Overtaken = ({ onLoad }: { onLoad: () => Promise<void> }) => (
  <Notice tone="warn" title="Somebody else changed this schedule.">
    <p>Nothing is saved. Load the new state: your input is kept where you changed something.</p>
    <Button onClick={onLoad}>Load the new state</Button>
  </Notice>
);

const FIELD_NAMES: Readonly<Record<keyof ScheduleValues, string>> = {
  name: 'name',
  description: 'description',
  recurrence: 'time',
  timezone: 'time zone',
  target: 'what it sends',
  overlap: 'overlap',
  catch_up: 'missed fires',
  valid_for_seconds: 'validity',
  start_date: 'start',
  end_date: 'end',
  max_runs: 'number of fires',
  grace_seconds: 'limit of delay',
  max_run_seconds: 'limit of duration',
};

const Loaded = ({
  form,
  conflicts,
}: {
  form: ScheduleFormState;
  conflicts: readonly (keyof ScheduleValues)[];
}) => (
  <Notice tone="info" title="The new state is loaded, with your changes.">
    {conflicts.length > 0 && (
      <>
        <p>
          Both of you changed: {conflicts.map((name) => FIELD_NAMES[name]).join(', ')}. Your input
          is kept.
        </p>
        <Button
          onClick={() =>
            form.change(Object.fromEntries(conflicts.map((name) => [name, form.draft.base[name]])))
          }
        >
          Use the other values
        </Button>
      </>
    )}
  </Notice>
);
