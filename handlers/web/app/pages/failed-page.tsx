import { useMemo, useState } from 'preact/hooks';
import { request } from '#handlers/web/app/api/request.ts';
import type { ApiMessage, MessageList } from '#handlers/web/app/api/responses.ts';
import { FailedGroupPanel } from '#handlers/web/app/failed/failed-group-panel.tsx';
import { failedGroups, notRedriven } from '#handlers/web/app/failed/failed-groups.ts';
import {
  FAILED_WINDOWS,
  failedWindowOf,
  windowStart,
} from '#handlers/web/app/failed/failed-window.ts';
import { RedriveProgress } from '#handlers/web/app/failed/redrive-progress.tsx';
import { useRedrive } from '#handlers/web/app/failed/use-redrive.ts';
import { quantityText } from '#handlers/web/app/format/number.ts';
import { messageSummary } from '#handlers/web/app/messages/message-summary.ts';
import { Button } from '#handlers/web/app/parts/button.tsx';
import { ConfirmDialog } from '#handlers/web/app/parts/confirm-dialog.tsx';
import { Empty } from '#handlers/web/app/parts/empty.tsx';
import { ListEnd, NewItems } from '#handlers/web/app/parts/list-end.tsx';
import { PageTitle } from '#handlers/web/app/parts/page-title.tsx';
import { ResourceView } from '#handlers/web/app/parts/resource-view.tsx';
import { Segments } from '#handlers/web/app/parts/segments.tsx';
import { mayOperate } from '#handlers/web/app/session/session.ts';
import { useFailedLately } from '#handlers/web/app/state/failed-lately.ts';
import { usePages } from '#handlers/web/app/state/use-pages.ts';
import { useQuery } from '#handlers/web/app/state/use-query.ts';

const PAGE_LIMIT = 100;
/** More messages than this do not help to understand what is wrong. */
const MAX_MESSAGES = 2_000;
const MAX_REASON_CHARS = 500;

/** The failed messages in groups, and the ways to redrive them. */
export const FailedPage = () => {
  const { query, setQuery } = useQuery();
  const window = failedWindowOf(query.window);
  // Fixed while the page shows the window, because a cursor belongs to one query.
  const created_after = useMemo(() => windowStart(window, Date.now()), [window]);
  const pages = usePages<ApiMessage>({
    key: window,
    load: async (cursor, signal) => {
      const filters = { status: 'failed', created_after, cursor, limit: PAGE_LIMIT };
      return (await request<MessageList>('GET', '/api/messages', { query: filters, signal })).body;
    },
    idOf: ({ id }) => id,
  });
  const lately = useFailedLately();
  const batch = useRedrive(() => {
    pages.resource.reload();
    lately.reload();
  });
  const [asked, setAsked] = useState<readonly ApiMessage[]>();
  const messages = notRedriven(pages.items, batch.redriven);
  const groups = failedGroups(messages);
  const isComplete = messages.length >= MAX_MESSAGES;

  return (
    <>
      <PageTitle
        title="Failed messages"
        lead="Find the cause, repair it, then redrive: the message is processed again."
      />
      <div class="actions">
        <Segments
          label="Created in"
          options={FAILED_WINDOWS}
          value={window}
          hrefOf={(value) => `/failed?window=${value}`}
        />
      </div>
      <RedriveProgress batch={batch} />
      <NewItems pages={pages} noun="failed message" />
      <ResourceView resource={pages.resource} what="the failed messages">
        {() => (
          <div class="form" aria-busy={pages.isStale}>
            {groups.length === 0 && (
              <Empty
                title={
                  window === 'all'
                    ? 'No message has failed.'
                    : `No message of the last ${FAILED_WINDOWS[window]} has failed.`
                }
              >
                {window === 'all' ? (
                  <p>There is nothing to do here.</p>
                ) : (
                  <Button onClick={() => setQuery({ window: 'all' })}>Show all times</Button>
                )}
              </Empty>
            )}
            {groups.map((group) => (
              <FailedGroupPanel
                key={group.key}
                group={group}
                isOpen={query.group === group.key}
                onToggle={() => setQuery({ group: query.group === group.key ? '' : group.key })}
                onRedrive={mayOperate() ? setAsked : undefined}
                isBusy={batch.isRunning}
              />
            ))}
            {(groups.length > 0 || pages.hasMore) && (
              <ListEnd
                pages={{ ...pages, items: messages, hasMore: pages.hasMore && !isComplete }}
                noun="failed message"
              />
            )}
            {isComplete && (
              <p class="muted">
                More are not loaded. Choose a shorter time, or redrive these first.
              </p>
            )}
          </div>
        )}
      </ResourceView>
      {asked !== undefined && (
        <ConfirmDialog
          title={`Redrive ${quantityText(asked.length, 'message')}?`}
          action="Redrive"
          asksReason
          onConfirm={async (reason) => {
            if (reason.length > MAX_REASON_CHARS)
              throw new Error(`The reason has more than ${MAX_REASON_CHARS} characters.`);
            batch.start(asked, reason);
          }}
          onClose={() => setAsked(undefined)}
        >
          <p>
            {asked.length === 1 && asked[0] !== undefined ? (
              <>
                “<bdi>{messageSummary(asked[0])}</bdi>” is processed again.
              </>
            ) : (
              'They are processed again, four at a time. You can stop in between.'
            )}{' '}
            The reason is stored with each message.
          </p>
        </ConfirmDialog>
      )}
    </>
  );
};
