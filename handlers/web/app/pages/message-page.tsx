import { useRoute } from 'preact-iso/router';
import { isApiError } from '#handlers/web/app/api/api-error.ts';
import { request } from '#handlers/web/app/api/request.ts';
import type { ApiMessage, RunMessage } from '#handlers/web/app/api/responses.ts';
import { ActionResults } from '#handlers/web/app/messages/action-results.tsx';
import { curlCommand } from '#handlers/web/app/messages/curl-command.ts';
import { MessageFacts, MessageRedrives } from '#handlers/web/app/messages/message-facts.tsx';
import { MessageState } from '#handlers/web/app/messages/message-state.tsx';
import { messageSummary } from '#handlers/web/app/messages/message-summary.ts';
import { TYPE_WORDS } from '#handlers/web/app/messages/message-words.ts';
import { RedriveButton } from '#handlers/web/app/messages/redrive-button.tsx';
import { runMember } from '#handlers/web/app/messages/run-members.ts';
import { RunView } from '#handlers/web/app/messages/run-view.tsx';
import { StatusBadge } from '#handlers/web/app/parts/badge.tsx';
import { CopyButton } from '#handlers/web/app/parts/copy-button.tsx';
import { Empty } from '#handlers/web/app/parts/empty.tsx';
import { PageTitle } from '#handlers/web/app/parts/page-title.tsx';
import { Panel } from '#handlers/web/app/parts/panel.tsx';
import { ReadableData } from '#handlers/web/app/parts/readable-data.tsx';
import { ResourceView } from '#handlers/web/app/parts/resource-view.tsx';
import { mayOperate } from '#handlers/web/app/session/session.ts';
import { useResource } from '#handlers/web/app/state/use-resource.ts';
import { useRun } from '#handlers/web/app/state/use-run.ts';

/**
 * A message within its run. The run is read again and again and contains everything of the message that changes. The input
 * never changes, so the message itself is read once.
 */
export const MessagePage = () => {
  const { id = '' } = useRoute().params;
  const run = useRun(id);
  const message = useResource(
    `message:${id}`,
    async (signal) =>
      (await request<ApiMessage>('GET', `/api/messages/${encodeURIComponent(id)}`, { signal }))
        .body,
  );
  if (isApiError(message.error) && message.error.status === 404) return <NoSuchMessage />;
  const current = (run.data && runMember(run.data, id)) ?? message.data;
  const reload = () => {
    message.reload();
    run.reload();
  };
  const type = current?.message_type;

  return (
    <>
      <PageTitle
        title={message.data === undefined ? (type ?? 'Message') : messageSummary(message.data)}
        lead={
          current !== undefined && (
            <>
              <StatusBadge status={current.status} /> {current.message_type}
              {type !== undefined && type in TYPE_WORDS && (
                <>: {TYPE_WORDS[type as keyof typeof TYPE_WORDS]}</>
              )}
            </>
          )
        }
      >
        {current?.status === 'failed' && mayOperate() && (
          <RedriveButton id={id} onRedriven={reload} />
        )}
        {mayOperate() && (
          <a class="button" href={`/new?from=${encodeURIComponent(id)}`}>
            Edit and send again
          </a>
        )}
        {message.data !== undefined && (
          <CopyButton text={curlCommand(message.data, location.origin)}>Copy as curl</CopyButton>
        )}
        <CopyButton text={id}>Copy id</CopyButton>
      </PageTitle>
      {current !== undefined && <MessageState message={current} />}
      <Panel
        title="Run"
        actions={
          current !== undefined && (
            <a href={`/messages?correlation_id=${encodeURIComponent(current.correlation_id)}`}>
              Show as a list
            </a>
          )
        }
      >
        <ResourceView resource={run} what="the run">
          {(data) => <RunView run={data} selectedId={id} nowMs={run.loadedAtMs ?? Date.now()} />}
        </ResourceView>
      </Panel>
      <div class="message-columns">
        <div>
          <Panel title="Input">
            <ResourceView resource={message} what="the message">
              {(data) => <MessageInput message={data} />}
            </ResourceView>
          </Panel>
          {current?.redrives !== undefined && <MessageRedrives redrives={current.redrives} />}
          {current?.result !== undefined && <Details message={current} />}
        </div>
        <div>
          {current?.result === undefined ? (
            current !== undefined && <Details message={current} />
          ) : (
            <Panel title="Result">
              <ReadableData value={current.result} label="Result" />
            </Panel>
          )}
          {current?.message_type === 'web_action' && (
            <ActionResults
              key={id}
              messageId={id}
              isOpen={current.status !== 'completed' && current.status !== 'failed'}
            />
          )}
        </div>
      </div>
    </>
  );
};

const Details = ({ message }: { message: ApiMessage | RunMessage }) => (
  <Panel title="Facts">
    <MessageFacts message={message} />
  </Panel>
);

const MessageInput = ({ message }: { message: ApiMessage }) => (
  <>
    <h3>Payload</h3>
    <ReadableData value={message.payload} label="Payload" />
    {message.arguments !== undefined && (
      <>
        <h3>Arguments</h3>
        <ReadableData value={message.arguments} label="Arguments" />
      </>
    )}
    {message.auth_config !== undefined && (
      <>
        <h3>Authentication</h3>
        <ReadableData value={message.auth_config} label="Authentication" />
      </>
    )}
  </>
);

const NoSuchMessage = () => (
  <>
    <PageTitle title="There is no such message" />
    <Empty title="The address may be wrong, or the message was deleted some time after it ended.">
      <a href="/messages">Go to the messages</a>
    </Empty>
  </>
);
