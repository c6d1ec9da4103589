import type { Metrics } from '#handlers/web/app/api/responses.ts';
import { countText, percentText } from '#handlers/web/app/format/number.ts';
import { durationText } from '#handlers/web/app/format/time.ts';
import { Figures } from '#handlers/web/app/parts/figures.tsx';
import { HourChart } from '#handlers/web/app/parts/hour-chart.tsx';
import { Notice } from '#handlers/web/app/parts/notice.tsx';
import { Panel } from '#handlers/web/app/parts/panel.tsx';
import { ResourceView } from '#handlers/web/app/parts/resource-view.tsx';
import { Segments } from '#handlers/web/app/parts/segments.tsx';
import type { Resource } from '#handlers/web/app/state/use-resource.ts';

/** The windows of the metrics, by hours. */
export const WINDOWS = { 1: '1 h', 6: '6 h', 24: '24 h', 168: '7 days' };
const NONE = '–';

/** The figures of the window, and a chart. */
export const FiguresPanel = ({
  hours,
  hrefOf,
  metrics,
}: {
  hours: string;
  hrefOf: (hours: string) => string;
  metrics: Resource<Metrics>;
}) => (
  <Panel
    title="Messages"
    actions={<Segments label="Window" options={WINDOWS} value={hours} hrefOf={hrefOf} />}
  >
    <ResourceView resource={metrics} what="the metrics">
      {(data) => (
        <>
          {data.partial && (
            <Notice tone="warn" title="These are earlier figures.">
              The platform cannot read its counters now.
            </Notice>
          )}
          <Figures figures={figuresOf(data)} />
          <HourChart hours={data.series} />
        </>
      )}
    </ResourceView>
  </Panel>
);

const figuresOf = ({
  total_messages,
  status_counts,
  success_rate,
  p95_processing_time_seconds: p95,
}: Metrics) => ({
  Created: countText(total_messages),
  Completed: countText(status_counts.completed),
  Failed: countText(status_counts.failed),
  'Success rate': success_rate === null ? NONE : percentText(success_rate),
  '95% done within': p95 === null ? NONE : durationText(p95 * 1_000),
});
