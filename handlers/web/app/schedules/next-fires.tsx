import type { ApiSchedule } from '#handlers/web/app/api/responses.ts';
import { Panel } from '#handlers/web/app/parts/panel.tsx';
import { ResourceView } from '#handlers/web/app/parts/resource-view.tsx';
import { useResource } from '#handlers/web/app/state/use-resource.ts';
import { FirePreview } from './fire-preview.tsx';
import { loadPreview } from './load-preview.ts';
import { nextFiresRequest } from './preview-request.ts';

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
