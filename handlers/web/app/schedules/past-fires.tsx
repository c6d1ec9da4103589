import type { ApiSchedule } from '#handlers/web/app/api/responses.ts';
import { Empty } from '#handlers/web/app/parts/empty.tsx';
import { ListEnd, NewItems } from '#handlers/web/app/parts/list-end.tsx';
import { Panel } from '#handlers/web/app/parts/panel.tsx';
import { ResourceView } from '#handlers/web/app/parts/resource-view.tsx';
import { usePages } from '#handlers/web/app/state/use-pages.ts';
import { FireTable } from './fire-table.tsx';
import type { ListedFire } from './fire-words.ts';
import { RunStrip } from './run-strip.tsx';
import { loadFires } from './schedule-requests.ts';

/** The number of fires in the strip, and of a page of the list. */
const STRIP_LENGTH = 20;

/** The past fires of a schedule: the last ones as a strip, and all of them as a list. */
export const PastFires = ({ schedule: { id, timezone } }: { schedule: ApiSchedule }) => {
  const pages = usePages<ListedFire>({
    key: id,
    load: (cursor, signal) => loadFires(id, { limit: STRIP_LENGTH, cursor }, signal),
    idOf: ({ scheduled_time }) => scheduled_time,
  });
  return (
    <Panel title="Past fires">
      <ResourceView resource={pages.resource} what="the past fires">
        {({ data }) =>
          data.length === 0 && pages.items.length === 0 && !pages.hasMore ? (
            <Empty title="None of its times has come yet.">
              <p>
                Runs that were started by hand, and fires at times that it had before, are{' '}
                <a href="/messages?created_by=scheduler">messages of the scheduler</a>.
              </p>
            </Empty>
          ) : (
            <>
              <RunStrip fires={data} />
              <NewItems pages={pages} noun="fire" />
              <FireTable fires={pages.items} zone={timezone} />
              <ListEnd pages={pages} noun="fire" />
            </>
          )
        }
      </ResourceView>
    </Panel>
  );
};
