import type { MessageList } from '#handlers/web/app/api/responses.ts';
import { messageSummary } from '#handlers/web/app/messages/message-summary.ts';
import { StatusBadge } from '#handlers/web/app/parts/badge.tsx';
import { Empty } from '#handlers/web/app/parts/empty.tsx';
import { Panel } from '#handlers/web/app/parts/panel.tsx';
import { ResourceView } from '#handlers/web/app/parts/resource-view.tsx';
import { Time } from '#handlers/web/app/parts/time.tsx';
import { mayOperate } from '#handlers/web/app/session/session.ts';
import type { Resource } from '#handlers/web/app/state/use-resource.ts';

const SHOWN = 8;

/** The newest messages that began a run. */
export const RunsPanel = ({ newest }: { newest: Resource<MessageList> }) => (
  <Panel title="Last runs" actions={<a href="/messages">All messages</a>}>
    <ResourceView resource={newest} what="the messages">
      {({ data }) => {
        const roots = data.filter(({ parent_id }) => parent_id === undefined).slice(0, SHOWN);
        return roots.length === 0 ? (
          <Empty title="Nothing has run yet.">
            {mayOperate() && <a href="/new">Create the first message</a>}
          </Empty>
        ) : (
          <ol class="rows">
            {roots.map((message) => (
              <li key={message.id}>
                <StatusBadge status={message.status} />
                <span class="row-text">
                  <a href={`/messages/${message.id}`}>
                    <bdi class="one-line">{messageSummary(message)}</bdi>
                  </a>
                  {messageSummary(message) !== message.message_type && (
                    <span class="row-note muted">{message.message_type}</span>
                  )}
                </span>
                <Time at={message.created_date} />
              </li>
            ))}
          </ol>
        );
      }}
    </ResourceView>
  </Panel>
);
