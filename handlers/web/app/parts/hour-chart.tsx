import { useId, useState } from 'preact/hooks';
import { countText } from '#handlers/web/app/format/number.ts';
import { shortDate, timeOfDay } from '#handlers/web/app/format/time.ts';
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
const HEIGHT = 160;
const FOOT = 18;
const GAP = 2;

/** One bar per hour: completed, failed, and in between those that are not done. A table shows the same numbers. */
export const HourChart = ({ hours }: { hours: readonly HourCount[] }) => {
  const [isTable, setTable] = useState(false);
  const id = useId();
  return (
    <figure class="chart" aria-labelledby={id}>
      {isTable ? <HourTable hours={hours} /> : <HourBars hours={hours} />}
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
  const scale = (HEIGHT - FOOT) / most;
  const failed = hours.reduce((sum, hour) => sum + hour.failed, 0);
  const created = hours.reduce((sum, hour) => sum + hour.created, 0);
  const labelEvery = Math.max(1, Math.ceil(hours.length / 8));
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`${countText(created)} messages in ${hours.length} hours, ${countText(failed)} failed, at most ${countText(most)} in an hour`}
    >
      {hours.map((hour, index) => {
        const parts = [
          { tone: 'ok', count: hour.completed },
          { tone: 'open', count: Math.max(0, hour.created - hour.completed - hour.failed) },
          { tone: 'bad', count: hour.failed },
        ];
        let top = HEIGHT - FOOT;
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
            {index % labelEvery === 0 && (
              <text class="bar-label" x={index * step + GAP / 2} y={HEIGHT - 4}>
                {timeOfDay(at)}
              </text>
            )}
          </g>
        );
      })}
      <line class="axis" x1="0" x2={WIDTH} y1={HEIGHT - FOOT} y2={HEIGHT - FOOT} />
    </svg>
  );
};

const HourTable = ({ hours }: { hours: readonly HourCount[] }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: a keyboard can scroll only what has the focus.
  <div class="scroll" tabIndex={0}>
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
  </div>
);
