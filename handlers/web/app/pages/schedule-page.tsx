import { useRoute } from 'preact-iso/router';
import { isApiError } from '#handlers/web/app/api/api-error.ts';
import type { ApiSchedule } from '#handlers/web/app/api/responses.ts';
import { Empty } from '#handlers/web/app/parts/empty.tsx';
import { PageTitle } from '#handlers/web/app/parts/page-title.tsx';
import { Panel } from '#handlers/web/app/parts/panel.tsx';
import { ReadableData } from '#handlers/web/app/parts/readable-data.tsx';
import { ResourceView } from '#handlers/web/app/parts/resource-view.tsx';
import { expressionWords } from '#handlers/web/app/schedules/expression-words.ts';
import { NextFires } from '#handlers/web/app/schedules/next-fires.tsx';
import { PastFires } from '#handlers/web/app/schedules/past-fires.tsx';
import { ScheduleActions } from '#handlers/web/app/schedules/schedule-actions.tsx';
import { ScheduleDelete } from '#handlers/web/app/schedules/schedule-delete.tsx';
import { ScheduleEdit } from '#handlers/web/app/schedules/schedule-edit.tsx';
import { ScheduleFacts } from '#handlers/web/app/schedules/schedule-facts.tsx';
import { loadAnySchedule } from '#handlers/web/app/schedules/schedule-requests.ts';
import { ScheduleState } from '#handlers/web/app/schedules/schedule-state.tsx';
import { HealthBadge } from '#handlers/web/app/schedules/schedule-table.tsx';
import { mayOperate } from '#handlers/web/app/session/session.ts';
import { useQuery } from '#handlers/web/app/state/use-query.ts';
import { LIVE_POLL_MS, type Resource, useResource } from '#handlers/web/app/state/use-resource.ts';

/** One schedule; with `?edit=1`, the form that changes it. */
export const SchedulePage = () => {
  const { params } = useRoute();
  const { id = '' } = params;
  const resource = useResource(id, (signal) => loadAnySchedule(id, signal), {
    pollMs: LIVE_POLL_MS,
  });
  const { data, error } = resource;
  if (data === undefined && isApiError(error) && error.code === 'SCHEDULE_NOT_FOUND') {
    return (
      <>
        <PageTitle title="Schedule" />
        <Empty title="There is no such schedule.">
          <a href="/schedules">All schedules</a>
        </Empty>
      </>
    );
  }
  return (
    <>
      {data === undefined && <PageTitle title="Schedule" />}
      <ResourceView resource={resource} what="the schedule">
        {(schedule) => <ScheduleView key={id} {...{ schedule, resource }} />}
      </ResourceView>
    </>
  );
};

interface ScheduleViewProps {
  schedule: ApiSchedule;
  resource: Resource<ApiSchedule>;
}

const ScheduleView = ({ schedule, resource }: ScheduleViewProps) => {
  const { query, setQuery } = useQuery();
  const { name, status, schedule_expression, timezone, target } = schedule;
  if (query.edit === '1' && mayOperate() && status !== 'deleted') {
    const done = () => {
      setQuery({ edit: '' });
      resource.reload();
    };
    return (
      <>
        <PageTitle title={`Edit ${name}`} />
        <ScheduleEdit schedule={schedule} onDone={done} />
      </>
    );
  }
  return (
    <>
      <PageTitle title={name} lead={`${expressionWords(schedule_expression)}, ${timezone}`}>
        {mayOperate() && <PageActions {...{ schedule, resource }} />}
      </PageTitle>
      <ScheduleState schedule={schedule} />
      <div class="two-columns">
        <div class="stack">
          <Panel title="Facts" actions={<HealthBadge schedule={schedule} />}>
            {schedule.description !== undefined && (
              <p>
                <bdi>{schedule.description}</bdi>
              </p>
            )}
            <ScheduleFacts schedule={schedule} />
          </Panel>
          <Panel title="What it sends">
            <ReadableData value={target} label="What it sends" />
          </Panel>
        </div>
        <NextFires schedule={schedule} />
      </div>
      {status !== 'deleted' && <PastFires schedule={schedule} />}
    </>
  );
};

const PageActions = ({ schedule, resource }: ScheduleViewProps) => (
  <>
    <ScheduleActions schedule={schedule} onChanged={resource.reload} />
    {schedule.status !== 'deleted' && (
      <a class="button" href={`/schedules/${schedule.id}?edit=1`}>
        Edit
      </a>
    )}
    <a class="button" href={`/schedules?new=1&from=${schedule.id}`}>
      Copy
    </a>
    {schedule.status !== 'deleted' && <ScheduleDelete schedule={schedule} />}
  </>
);
