import { useEffect, useRef } from 'preact/hooks';
import { MessageState } from '#handlers/web/app/messages/message-state.tsx';
import { runMember } from '#handlers/web/app/messages/run-members.ts';
import { RunView } from '#handlers/web/app/messages/run-view.tsx';
import { Panel } from '#handlers/web/app/parts/panel.tsx';
import { ReadableData } from '#handlers/web/app/parts/readable-data.tsx';
import { ResourceView } from '#handlers/web/app/parts/resource-view.tsx';
import { useRun } from '#handlers/web/app/state/use-run.ts';

/** The run of the message that a form created, as it happens. */
export const SentRun = ({ id }: { id: string }) => {
  const run = useRun(id);
  const box = useRef<HTMLDivElement>(null);
  // On a phone it is below the form.
  useEffect(() => box.current?.scrollIntoView({ block: 'nearest' }), [id]);
  const message = run.data && runMember(run.data, id);
  return (
    <div ref={box} class="form">
      <Panel title="Run" actions={<a href={`/messages/${encodeURIComponent(id)}`}>All details</a>}>
        <ResourceView resource={run} what="the run">
          {(data) => <RunView run={data} selectedId={id} nowMs={run.loadedAtMs ?? Date.now()} />}
        </ResourceView>
        {message !== undefined && <MessageState message={message} />}
      </Panel>
      {message?.result !== undefined && (
        <Panel title="Result">
          <ReadableData value={message.result} label="Result" />
        </Panel>
      )}
    </div>
  );
};
