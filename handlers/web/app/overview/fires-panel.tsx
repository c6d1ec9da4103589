import { useState } from 'preact/hooks';
import type { ApiSchedule } from '#handlers/web/app/api/responses.ts';
import { countText, quantityText } from '#handlers/web/app/format/number.ts';
import { timeOfDay } from '#handlers/web/app/format/time.ts';
import { Button } from '#handlers/web/app/parts/button.tsx';
import { Empty } from '#handlers/web/app/parts/empty.tsx';
import { Panel } from '#handlers/web/app/parts/panel.tsx';
import { ResourceView } from '#handlers/web/app/parts/resource-view.tsx';
import { Time } from '#handlers/web/app/parts/time.tsx';
import { mayOperate } from '#handlers/web/app/session/session.ts';
import { nowMs } from '#handlers/web/app/state/now.ts';
import type { Resource } from '#handlers/web/app/state/use-resource.ts';
import {
  firstFires,
  groupFires,
  hourMarks,
  type UpcomingFire,
  upcomingFires,
} from './upcoming-fires.ts';
import { useDayFires } from './use-day-fires.ts';

const SHOWN = 5;

/** The fires of the next 24 hours: on one time line, and as a list of the schedules. */
export const FiresPanel = ({ schedules }: { schedules: Resource<readonly ApiSchedule[]> }) => (
  <Panel title="Next 24 hours" actions={<a href="/schedules">All schedules</a>}>
    <ResourceView resource={schedules} what="the schedules">
      {(data) => <Fires schedules={data} />}
    </ResourceView>
  </Panel>
);

const Fires = ({ schedules }: { schedules: readonly ApiSchedule[] }) => {
  const fires = upcomingFires(schedules, useDayFires(schedules), nowMs.value);
  if (fires.length === 0) {
    return (
      <Empty title="No schedule fires in the next 24 hours.">
        {mayOperate() && <a href="/schedules?new=1">Create a schedule</a>}
      </Empty>
    );
  }
  return (
    <>
      <TimeLine fires={fires} />
      <FireItems fires={fires} />
    </>
  );
};

const percent = (position: number) => `${position * 100}%`;

/** A picture for the eye. The list below has the same content. */
const TimeLine = ({ fires }: { fires: readonly UpcomingFire[] }) => (
  <div
    class="fires-line"
    role="img"
    aria-label={`Time line of the next 24 hours with ${quantityText(fires.length, 'fire')}`}
  >
    {hourMarks(nowMs.value).map(({ position, atMs }) => (
      <span key={atMs} class="fires-mark" style={{ left: percent(position) }}>
        {timeOfDay(atMs)}
      </span>
    ))}
    {groupFires(fires, nowMs.value).map(({ position, fires: group }) => (
      <span
        key={position}
        class="fires-dot"
        style={{ left: percent(position) }}
        title={group.map(({ name, atMs }) => `${timeOfDay(atMs)} ${name}`).join('\n')}
      >
        {group.length > 1 && group.length}
      </span>
    ))}
  </div>
);

const FireItems = ({ fires }: { fires: readonly UpcomingFire[] }) => {
  const [isOpen, setOpen] = useState(false);
  const first = firstFires(fires);
  return (
    <>
      <ol class="rows">
        {first
          .slice(0, isOpen ? first.length : SHOWN)
          .map(({ scheduleId, name, atMs, followers }) => (
            <li key={scheduleId}>
              <a href={`/schedules/${scheduleId}`}>
                <bdi>{name}</bdi>
              </a>
              <span class="muted">
                {timeOfDay(atMs)} · <Time at={new Date(atMs).toISOString()} />
                {followers > 0 && ` · ${countText(followers)} more`}
              </span>
            </li>
          ))}
      </ol>
      {first.length > SHOWN && (
        <div class="actions">
          <Button isExpanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {isOpen ? 'Show fewer' : `Show all ${first.length}`}
          </Button>
        </div>
      )}
    </>
  );
};
