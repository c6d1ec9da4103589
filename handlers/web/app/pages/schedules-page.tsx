import type { ApiSchedule } from '#handlers/web/app/api/responses.ts';
import { Empty } from '#handlers/web/app/parts/empty.tsx';
import { Notice } from '#handlers/web/app/parts/notice.tsx';
import { PageTitle } from '#handlers/web/app/parts/page-title.tsx';
import { ResourceView } from '#handlers/web/app/parts/resource-view.tsx';
import {
  countByHealth,
  filterSchedules,
  SCHEDULE_ORDERS,
  sortSchedules,
} from '#handlers/web/app/schedules/filter-schedules.ts';
import { ScheduleCreate } from '#handlers/web/app/schedules/schedule-create.tsx';
import { ScheduleFilters } from '#handlers/web/app/schedules/schedule-filters.tsx';
import { loadSchedules } from '#handlers/web/app/schedules/schedule-requests.ts';
import { ScheduleTable } from '#handlers/web/app/schedules/schedule-table.tsx';
import { mayOperate } from '#handlers/web/app/session/session.ts';
import { useQuery } from '#handlers/web/app/state/use-query.ts';
import { LIVE_POLL_MS, useResource } from '#handlers/web/app/state/use-resource.ts';

const NO_FILTERS = { status: '', health: '', text: '' };

/** All schedules with filters that are kept in the address; with `?new=1`, the form for a new one. */
export const SchedulesPage = () => {
  const { query } = useQuery();
  return query.new === '1' && mayOperate() ? (
    <ScheduleCreate from={query.from ?? ''} />
  ) : (
    <ScheduleList />
  );
};

const ScheduleList = () => {
  const { query, setQuery } = useQuery();
  const { status = '', health = '', text = '' } = query;
  const filters = { status, health, text };
  const order = SCHEDULE_ORDERS.find((one) => one === query.order) ?? 'name';
  const listed = status === 'deleted' ? status : undefined;
  const resource = useResource(listed ?? '', (signal) => loadSchedules(listed, signal), {
    pollMs: LIVE_POLL_MS,
  });
  const all = resource.data?.schedules ?? [];
  const isFiltered = status !== '' || health !== '' || text !== '';

  return (
    <>
      <PageTitle title="Schedules" lead="What runs by itself, and when.">
        {mayOperate() && (
          <a class="button button-primary" href="/schedules?new=1">
            New schedule
          </a>
        )}
      </PageTitle>
      <ScheduleFilters {...{ filters, order }} counts={countByHealth(all)} onChange={setQuery} />
      <ResourceView resource={resource} what="the schedules">
        {({ schedules, isComplete }) => {
          const shown = sortSchedules(filterSchedules(schedules, filters), order);
          return shown.length === 0 ? (
            <NoSchedule isFiltered={isFiltered} onReset={() => setQuery(NO_FILTERS)} />
          ) : (
            <>
              <ScheduleTable schedules={shown} onChanged={resource.reload} />
              <Count shown={shown} all={schedules} isComplete={isComplete} />
            </>
          );
        }}
      </ResourceView>
    </>
  );
};

const NoSchedule = ({ isFiltered, onReset }: { isFiltered: boolean; onReset: () => void }) =>
  isFiltered ? (
    <Empty title="No schedule matches these filters.">
      <button type="button" class="button" onClick={onReset}>
        Remove the filters
      </button>
    </Empty>
  ) : (
    <Empty title="There are no schedules yet.">
      {mayOperate() && <a href="/schedules?new=1">Create the first one</a>}
    </Empty>
  );

interface CountProps {
  shown: readonly ApiSchedule[];
  all: readonly ApiSchedule[];
  /** Whether the API has no more schedules. */
  isComplete: boolean;
}

const Count = ({ shown, all, isComplete }: CountProps) => (
  <>
    <p class="muted" role="status">
      {shown.length === all.length
        ? `${all.length} ${all.length === 1 ? 'schedule' : 'schedules'}`
        : `${shown.length} of ${all.length} schedules`}
    </p>
    {!isComplete && (
      <Notice tone="warn" title="There are more schedules than this page loads.">
        The newest {all.length} are listed and searched.
      </Notice>
    )}
  </>
);
