import { request } from '#handlers/web/app/api/request.ts';
import type { ApiRun, RunMessage } from '#handlers/web/app/api/responses.ts';
import { quantityText } from '#handlers/web/app/format/number.ts';
import { durationText } from '#handlers/web/app/format/time.ts';
import { RUN_POLL_MS, useResource } from '#handlers/web/app/state/use-resource.ts';
import { StatusBadge } from './badge.tsx';
import { JsonView } from './json-view.tsx';
import { ResourceView } from './resource-view.tsx';
import { Time } from './time.tsx';

/** The run of a message as it happens, in a few lines: its messages with their states, and the result of the first one. */
export const RunProgress = ({ id }: { id: string }) => {
  const path = `/api/messages/${encodeURIComponent(id)}/run`;
  const run = useResource(
    path,
    async (signal) => (await request<ApiRun>('GET', path, { signal })).body,
    {
      pollMs: (data) => (data === undefined || data.status === 'open' ? RUN_POLL_MS : undefined),
    },
  );
  return (
    <ResourceView resource={run} what="the run">
      {({ root, others, status, count, duration_ms, truncated }) => (
        <div class="run-progress">
          <p role="status" class="run-line">
            <StatusBadge status={status} />
            <span class="muted">
              {quantityText(count, 'message')}
              {duration_ms === null ? '' : `, ${durationText(duration_ms)}`}
              {truncated ? ', more are not shown' : ''}
            </span>
          </p>
          <RunList messages={[root, ...others]} />
          {root.result !== undefined && (
            <>
              <h3>Result</h3>
              <JsonView value={root.result} />
            </>
          )}
        </div>
      )}
    </ResourceView>
  );
};

const RunList = ({ messages }: { messages: readonly RunMessage[] }) => (
  <ul class="run-list">
    {messages.map((message) => (
      <li key={message.message_id}>
        <p class="run-line">
          <StatusBadge status={message.status} />
          <a href={`/messages/${message.message_id}`}>{message.message_type}</a>
          <span class="muted">
            <Progress message={message} />
          </span>
        </p>
        {message.error_code !== undefined && (
          <p>
            <code>{message.error_code}</code> <bdi>{message.error_message}</bdi>
          </p>
        )}
        {message.children.length > 0 && <RunList messages={message.children} />}
      </li>
    ))}
  </ul>
);

const HELD = 'held-';

/** What a message waits for, or how long it took. */
const Progress = ({ message }: { message: RunMessage }) => {
  const { due_bucket: bucket, not_before: notBefore, duration_ms: durationMs } = message;
  if (durationMs !== null) return <>{durationText(durationMs)}</>;
  if (bucket?.startsWith(HELD)) return <>held by {bucket.slice(HELD.length)}</>;
  if (notBefore === undefined) return null;
  return (
    <>
      tries again <Time at={notBefore} isInLink />
    </>
  );
};
