import { useState } from 'preact/hooks';
import { viewerZone } from '#handlers/web/app/format/time.ts';
import { PageTitle } from '#handlers/web/app/parts/page-title.tsx';
import { ResourceView } from '#handlers/web/app/parts/resource-view.tsx';
import { RestoredNotice } from '#handlers/web/app/parts/restored-notice.tsx';
import { toast } from '#handlers/web/app/parts/toasts.tsx';
import { useResource } from '#handlers/web/app/state/use-resource.ts';
import { useRouteWhileShown } from '#handlers/web/app/state/use-route-while-shown.ts';
import { loadTargetForms } from './load-target-forms.ts';
import { scheduleBodyOf } from './schedule-body.ts';
import { ScheduleForm } from './schedule-form.tsx';
import { loadAnySchedule, requestCreation } from './schedule-requests.ts';
import { newScheduleValues, type ScheduleValues, scheduleValuesOf } from './schedule-values.ts';
import type { TargetForm } from './target-values.ts';
import { useScheduleForm } from './use-schedule-form.ts';

/** Creates a schedule. `from` is the id of one whose values are copied; empty for none. */
export const ScheduleCreate = ({ from }: { from: string }) => {
  const resource = useResource(from, async (signal) => {
    const [targetForms, copied] = await Promise.all([
      loadTargetForms(signal),
      from === '' ? undefined : loadAnySchedule(from, signal),
    ]);
    const values =
      copied === undefined
        ? newScheduleValues(viewerZone())
        : copiedValues(scheduleValuesOf(copied, targetForms));
    return { targetForms, values };
  });
  return (
    <>
      <PageTitle title="New schedule" lead="Each fire creates one message." />
      <ResourceView resource={resource} what="the form">
        {(loaded) => <CreateForm key={from} from={from} {...loaded} />}
      </ResourceView>
    </>
  );
};

/** The dates of the copied schedule may be in the past, and its name is taken. */
const copiedValues = (values: ScheduleValues): ScheduleValues => ({
  ...values,
  name: '',
  start_date: '',
  end_date: '',
});

interface CreateFormProps {
  from: string;
  targetForms: readonly TargetForm[];
  values: ScheduleValues;
}

const CreateForm = ({ from, targetForms, values: initial }: CreateFormProps) => {
  const route = useRouteWhileShown();
  // A second click, or another try after a timeout, sends the same key as long as the values are the same.
  const [keys] = useState(() => new Map<string, string>());
  const form = useScheduleForm({
    key: `schedule:new:${from}`,
    initial: { values: initial, base: initial, revision: 0 },
    targetForms,
    send: async ({ values }, targetForm) => {
      const body = scheduleBodyOf(values, targetForm);
      const text = JSON.stringify(body);
      const key = keys.get(text) ?? crypto.randomUUID();
      keys.set(text, key);
      const { id, name } = await requestCreation(body, key);
      toast(`Created ${name}`);
      route(`/schedules/${id}`);
    },
  });
  return (
    <>
      <RestoredNotice form={form} />
      <ScheduleForm
        form={form}
        action="Create schedule"
        onCancel={() => {
          form.discard();
          route('/schedules');
        }}
      />
    </>
  );
};
