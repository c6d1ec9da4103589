import type { ApiSchedule } from '#handlers/web/app/api/responses.ts';
import { loadPreview } from '#handlers/web/app/schedules/load-preview.ts';
import { nextFiresRequest } from '#handlers/web/app/schedules/next-fires.ts';
import { useResource } from '#handlers/web/app/state/use-resource.ts';
import { FirePreview } from './fire-preview.tsx';
import { Panel } from './panel.tsx';
import { ResourceView } from './resource-view.tsx';

/** The next fires of a stored schedule. */
export const NextFires = ({ schedule }: { schedule: ApiSchedule }) => {
  const request = nextFiresRequest(schedule);
  const resource = useResource(JSON.stringify([request, schedule.next_fire_at]), async (signal) =>
    request === undefined ? undefined : loadPreview(request, signal),
  );
  return (
    <Panel title="Next fires">
      {request === undefined ? (
        <p class="muted">
          {schedule.status === 'paused' ? 'None while it is paused.' : 'There are none.'}
        </p>
      ) : (
        <ResourceView resource={resource} what="the next fires">
          {(preview) => preview !== undefined && <FirePreview preview={preview} />}
        </ResourceView>
      )}
    </Panel>
  );
};
