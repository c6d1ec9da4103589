import { AttentionPanel } from '#handlers/web/app/overview/attention-panel.tsx';
import { FiguresPanel, WINDOWS } from '#handlers/web/app/overview/figures-panel.tsx';
import { FiresPanel } from '#handlers/web/app/overview/fires-panel.tsx';
import { useOverviewSources } from '#handlers/web/app/overview/overview-sources.ts';
import { RunsPanel } from '#handlers/web/app/overview/runs-panel.tsx';
import { PageTitle } from '#handlers/web/app/parts/page-title.tsx';
import { useQuery } from '#handlers/web/app/state/use-query.ts';

const DEFAULT_HOURS = '24';

/** What needs attention, what happened, and what comes next. */
export const OverviewPage = () => {
  const { query } = useQuery();
  const { hours = DEFAULT_HOURS } = query;
  const shownHours = Object.hasOwn(WINDOWS, hours) ? hours : DEFAULT_HOURS;
  const sources = useOverviewSources(shownHours);
  return (
    <>
      <PageTitle title="Overview" />
      <AttentionPanel sources={sources} />
      <FiguresPanel
        hours={shownHours}
        hrefOf={(value) => (value === DEFAULT_HOURS ? '/' : `/?hours=${value}`)}
        metrics={sources.metrics}
      />
      <div class="columns">
        <FiresPanel schedules={sources.schedules} />
        <RunsPanel newest={sources.newest} />
      </div>
    </>
  );
};
