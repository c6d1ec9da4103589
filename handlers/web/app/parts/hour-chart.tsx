import { useId, useState } from 'preact/hooks';
import { countText } from '#handlers/web/app/format/number.ts';
import { dayText, shortDate, timeOfDay } from '#handlers/web/app/format/time.ts';
import { Button } from './button.tsx';

/** The messages that were created in one hour. */
export interface HourCount {
  /** When the hour began. ISO 8601. */
  hour: string;
  created: number;
  completed: number;
  failed: number;
}

const WIDTH = 720;
const HEIGHT = 140;
const GAP = 2;
/** A label stands every so many hours of the viewer's clock. */
const LABEL_STEPS = [1, 3, 6, 12, 24];
const MAX_LABELS = 8;
/** A label further to the right would not have room. */
const LAST_LABEL = 0.88;
/** With more hours than this, the labels are days. */
const HOURS_WITH_TIMES = 48;

/** One bar per hour: completed, failed, and in between those that are not done. A table shows the same numbers. */
export const HourChart = ({ hours }: { hours: readonly HourCount[] }) => {
  const [isTable, setTable] = useState(false);
  const id = useId();
  return (
    <figure class="chart" aria-labelledby={id}>
      {isTable ? (
        <HourTable hours={hours} />
      ) : (
        <>
          <HourBars hours={hours} />
          <HourLabels hours={hours} />
        </>
      )}
      <figcaption id={id} class="chart-caption">
        <span>
          Messages per hour: <span class="key key-ok">completed</span>{' '}
          <span class="key key-open">not done</span> <span class="key key-bad">failed</span>
        </span>
        <Button onClick={() => setTable(!isTable)}>
          {isTable ? 'Show as chart' : 'Show as table'}
        </Button>
      </figcaption>
    </figure>
  );
};

const HourBars = ({ hours }: { hours: readonly HourCount[] }) => {
  const most = Math.max(1, ...hours.map(({ created }) => created));
  const step = WIDTH / Math.max(1, hours.length);
  const scale = HEIGHT / most;
  const failed = hours.reduce((sum, hour) => sum + hour.failed, 0);
  const created = hours.reduce((sum, hour) => sum + hour.created, 0);
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`${countText(created)} messages in ${hours.length} hours, ${countText(failed)} failed, at most ${countText(most)} in an hour`}
    >
      {hours.map((hour, index) => {
        const parts = [
          { tone: 'ok', count: hour.completed },
          { tone: 'open', count: Math.max(0, hour.created - hour.completed - hour.failed) },
          { tone: 'bad', count: hour.failed },
        ];
        let top = HEIGHT;
        const at = Date.parse(hour.hour);
        return (
          <g key={hour.hour}>
            <title>{`${shortDate(at)}: ${hour.created} created, ${hour.completed} completed, ${hour.failed} failed`}</title>
            {parts.map(({ tone, count }) => {
              // A bar that is not zero stays visible beside high ones.
              const height = count === 0 ? 0 : Math.max(2, count * scale);
              top -= height;
              return (
                <rect
                  key={tone}
                  class={`bar bar-${tone}`}
                  x={index * step + GAP / 2}
                  y={top}
                  width={Math.max(1, step - GAP)}
                  height={height}
                />
              );
            })}
          </g>
        );
      })}
    </svg>
  );
};

/** The labels under the bars. They are no part of the SVG, because it is stretched to the width of the page. */
const HourLabels = ({ hours }: { hours: readonly HourCount[] }) => {
  const step = LABEL_STEPS.find((one) => hours.length / one <= MAX_LABELS) ?? 24;
  const labelText = hours.length > HOURS_WITH_TIMES ? dayText : timeOfDay;
  return (
    <div class="bar-labels" aria-hidden="true">
      {hours
        .map(({ hour }, index) => ({ atMs: Date.parse(hour), position: index / hours.length }))
        .filter(
          ({ atMs, position }) => new Date(atMs).getHours() % step === 0 && position <= LAST_LABEL,
        )
        .map(({ atMs, position }) => (
          <span key={atMs} style={{ left: `${position * 100}%` }}>
            {labelText(atMs)}
          </span>
        ))}
    </div>
  );
};

const HourTable = ({ hours }: { hours: readonly HourCount[] }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: a keyboard can scroll only what has the focus.
  <section class="scroll" tabIndex={0} aria-label="Messages per hour">
    <table>
      <thead>
        <tr>
          <th scope="col">Hour</th>
          <th scope="col">Created</th>
          <th scope="col">Completed</th>
          <th scope="col">Failed</th>
        </tr>
      </thead>
      <tbody>
        {hours.map(({ hour, created, completed, failed }) => (
          <tr key={hour}>
            <th scope="row">{shortDate(Date.parse(hour))}</th>
            <td>{countText(created)}</td>
            <td>{countText(completed)}</td>
            <td>{countText(failed)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </section>
);
