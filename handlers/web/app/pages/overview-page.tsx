import { AttentionPanel } from '#handlers/web/app/overview/attention-panel.tsx';
import { FiguresPanel, WINDOWS } from '#handlers/web/app/overview/figures-panel.tsx';
import { FiresPanel } from '#handlers/web/app/overview/fires-panel.tsx';
import { isOffline, withoutOffline } from '#handlers/web/app/overview/offline.ts';
import { OfflineNotice } from '#handlers/web/app/overview/offline-notice.tsx';
import { useOverviewSources } from '#handlers/web/app/overview/overview-sources.ts';
import { RunsPanel } from '#handlers/web/app/overview/runs-panel.tsx';
import { PageTitle } from '#handlers/web/app/parts/page-title.tsx';
import { useQuery } from '#handlers/web/app/state/use-query.ts';
import type { Resource } from '#handlers/web/app/state/use-resource.ts';

const DEFAULT_HOURS = '24';

/** What needs attention, what happened, and what comes next. */
export const OverviewPage = () => {
  const { query } = useQuery();
  const { hours = DEFAULT_HOURS } = query;
  const shownHours = Object.hasOwn(WINDOWS, hours) ? hours : DEFAULT_HOURS;
  const read = useOverviewSources(shownHours);
  const reads: readonly Resource<unknown>[] = Object.values(read);
  const isOverviewOffline = isOffline(reads);
  const { metrics, schedules, newest } = isOverviewOffline
    ? {
        metrics: withoutOffline(read.metrics),
        schedules: withoutOffline(read.schedules),
        newest: withoutOffline(read.newest),
      }
    : read;
  return (
    <>
      <PageTitle title="Overview" />
      {isOverviewOffline && <OfflineNotice reads={reads} />}
      <AttentionPanel sources={read} isOffline={isOverviewOffline} />
      <FiguresPanel
        hours={shownHours}
        hrefOf={(value) => (value === DEFAULT_HOURS ? '/' : `/?hours=${value}`)}
        metrics={metrics}
      />
      <div class="columns">
        <FiresPanel schedules={schedules} />
        <RunsPanel newest={newest} />
      </div>
    </>
  );
};
