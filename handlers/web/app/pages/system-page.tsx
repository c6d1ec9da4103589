import { request } from '#handlers/web/app/api/request.ts';
import type { SystemState } from '#handlers/web/app/api/responses.ts';
import { PageTitle } from '#handlers/web/app/parts/page-title.tsx';
import { ResourceView } from '#handlers/web/app/parts/resource-view.tsx';
import { LIVE_POLL_MS, useResource } from '#handlers/web/app/state/use-resource.ts';
import { BreakersPanel } from '#handlers/web/app/system/breakers-panel.tsx';
import { HealthPanel } from '#handlers/web/app/system/health-panel.tsx';
import { MissingPanel } from '#handlers/web/app/system/missing-panel.tsx';
import { QueuesPanel } from '#handlers/web/app/system/queues-panel.tsx';

/** The state of the platform: what works, what waits, and what is missing. */
export const SystemPage = () => {
  const system = useResource('system', readSystem, { pollMs: LIVE_POLL_MS });
  const { data } = system;
  return (
    <>
      <PageTitle
        title="System"
        lead={data === undefined ? undefined : `Stage ${data.stage}, version ${data.version}`}
      />
      <ResourceView resource={system} what="the state of the platform">
        {(state) => (
          <>
            <div class="columns">
              <HealthPanel state={state} />
              <BreakersPanel breakers={state.breakers} />
            </div>
            <QueuesPanel queues={state.queues} />
            <MissingPanel parameters={state.missing_parameters} secrets={state.missing_secrets} />
          </>
        )}
      </ResourceView>
    </>
  );
};

const readSystem = async (signal: AbortSignal): Promise<SystemState> =>
  (await request<SystemState>('GET', '/api/system', { signal })).body;
