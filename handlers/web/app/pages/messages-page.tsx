import { request } from '#handlers/web/app/api/request.ts';
import type { ApiMessage, MessageList } from '#handlers/web/app/api/responses.ts';
import { MESSAGE_FILTERS, MessageFilters } from '#handlers/web/app/messages/message-filters.tsx';
import { MessageTable } from '#handlers/web/app/messages/message-table.tsx';
import { Button } from '#handlers/web/app/parts/button.tsx';
import { Empty } from '#handlers/web/app/parts/empty.tsx';
import { ListEnd, NewItems } from '#handlers/web/app/parts/list-end.tsx';
import { PageTitle } from '#handlers/web/app/parts/page-title.tsx';
import { ResourceView } from '#handlers/web/app/parts/resource-view.tsx';
import { mayOperate } from '#handlers/web/app/session/session.ts';
import { usePages } from '#handlers/web/app/state/use-pages.ts';
import { useQuery } from '#handlers/web/app/state/use-query.ts';

/** The pages after the first are larger, so that few clicks show many messages. */
const MORE_LIMIT = 100;

/** All messages, newest first, with filters that are kept in the address. */
export const MessagesPage = () => {
  const { query, setQuery } = useQuery();
  const filters = Object.fromEntries(MESSAGE_FILTERS.map((name) => [name, query[name] ?? '']));
  const pages = usePages<ApiMessage>({
    key: JSON.stringify(filters),
    load: async (cursor, signal) => {
      const more = cursor === undefined ? {} : { cursor, limit: MORE_LIMIT };
      const options = { query: { ...filters, ...more }, signal };
      return (await request<MessageList>('GET', '/api/messages', options)).body;
    },
    idOf: ({ id }) => id,
  });
  const isFiltered = Object.values(filters).some((value) => value !== '');
  const removeFilters = () =>
    setQuery(Object.fromEntries(MESSAGE_FILTERS.map((name) => [name, ''])));

  return (
    <>
      <PageTitle title="Messages" lead="Every piece of work, newest first.">
        {mayOperate() && (
          <a class="button button-primary" href="/new">
            New message
          </a>
        )}
      </PageTitle>
      <MessageFilters filters={filters} onChange={setQuery} onReset={removeFilters} />
      <NewItems pages={pages} noun="message" />
      <ResourceView resource={pages.resource} what="the messages">
        {() =>
          pages.items.length > 0 ? (
            <div
              key={pages.key}
              class={pages.isStale ? 'is-stale' : undefined}
              aria-busy={pages.isStale}
            >
              <MessageTable messages={pages.items} />
              <ListEnd pages={pages} noun="message" />
            </div>
          ) : isFiltered ? (
            <>
              <Empty
                title={
                  pages.hasMore
                    ? 'No message matches these filters so far.'
                    : 'No message matches these filters.'
                }
              >
                <Button onClick={removeFilters}>Remove the filters</Button>
              </Empty>
              {pages.hasMore && <ListEnd pages={pages} noun="message" />}
            </>
          ) : (
            <Empty title="There are no messages yet.">
              {mayOperate() && <a href="/new">Create the first one</a>}
            </Empty>
          )
        }
      </ResourceView>
    </>
  );
};
