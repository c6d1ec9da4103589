import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { viewerZone } from '#handlers/web/app/format/time.ts';
import { scheduleBodyOf } from '#handlers/web/app/schedules/schedule-body.ts';
import { createSchedule, loadAnySchedule } from '#handlers/web/app/schedules/schedule-requests.ts';
import {
  newScheduleValues,
  type ScheduleValues,
  scheduleValuesOf,
} from '#handlers/web/app/schedules/schedule-values.ts';
import { useScheduleForm } from '#handlers/web/app/schedules/use-schedule-form.ts';
import { useResource } from '#handlers/web/app/state/use-resource.ts';
import { PageTitle } from './page-title.tsx';
import { ResourceView } from './resource-view.tsx';
import { RestoredNotice } from './restored-notice.tsx';
import { ScheduleForm } from './schedule-form.tsx';
import { toast } from './toasts.tsx';

/** Creates a schedule. `from` is the id of one whose values are copied; empty for none. */
export const ScheduleCreate = ({ from }: { from: string }) => {
  const resource = useResource(from, async (signal) =>
    from === ''
      ? newScheduleValues(viewerZone())
      : copiedValues(await loadAnySchedule(from, signal)),
  );
  return (
    <>
      <PageTitle title="New schedule" lead="Each fire creates one message." />
      <ResourceView resource={resource} what="the schedule to copy">
        {(values) => <CreateForm key={from} from={from} initial={values} />}
      </ResourceView>
    </>
  );
};

/** The dates of the copied schedule may be in the past, and its name is taken. */
const copiedValues = (schedule: Parameters<typeof scheduleValuesOf>[0]): ScheduleValues => ({
  ...scheduleValuesOf(schedule),
  name: '',
  start_date: '',
  end_date: '',
});

const CreateForm = ({ from, initial }: { from: string; initial: ScheduleValues }) => {
  const { route } = useLocation();
  // A second click, or another try after a timeout, sends the same key as long as the values are the same.
  const [keys] = useState(() => new Map<string, string>());
  const form = useScheduleForm(
    `schedule:new:${from}`,
    { values: initial, base: initial, revision: 0 },
    async ({ values }) => {
      const body = scheduleBodyOf(values);
      const text = JSON.stringify(body);
      const key = keys.get(text) ?? crypto.randomUUID();
      keys.set(text, key);
      const { id, name } = await createSchedule(body, key);
      toast(`Created ${name}`);
      route(`/schedules/${id}`);
    },
  );
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
