import { request } from '#handlers/web/app/api/request.ts';
import type { ApiMessage, MessageList } from '#handlers/web/app/api/responses.ts';
import { Empty } from '#handlers/web/app/parts/empty.tsx';
import { ListEnd, NewItems } from '#handlers/web/app/parts/list-end.tsx';
import { MessageFilters } from '#handlers/web/app/parts/message-filters.tsx';
import { MessageTable } from '#handlers/web/app/parts/message-table.tsx';
import { PageTitle } from '#handlers/web/app/parts/page-title.tsx';
import { ResourceView } from '#handlers/web/app/parts/resource-view.tsx';
import { usePages } from '#handlers/web/app/state/use-pages.ts';
import { useQuery } from '#handlers/web/app/state/use-query.ts';

const FILTERS = [
  'status',
  'message_type',
  'created_by',
  'created_after',
  'created_before',
] as const;

/** All messages, newest first, with filters that are kept in the address. */
export const MessagesPage = () => {
  const { query, setQuery } = useQuery();
  const filters = Object.fromEntries(FILTERS.map((name) => [name, query[name] ?? '']));
  const pages = usePages<ApiMessage>({
    key: JSON.stringify(filters),
    load: async (cursor, signal) => {
      const options = { query: { ...filters, cursor }, signal };
      return (await request<MessageList>('GET', '/api/messages', options)).body;
    },
    idOf: ({ id }) => id,
  });
  const isFiltered = Object.values(filters).some((value) => value !== '');
  const removeFilters = () => setQuery(Object.fromEntries(FILTERS.map((name) => [name, ''])));

  return (
    <>
      <PageTitle title="Messages" lead="Every piece of work, newest first.">
        <a class="button" href="/new">
          New message
        </a>
      </PageTitle>
      <MessageFilters filters={filters} onChange={setQuery} />
      <NewItems pages={pages} noun="message" />
      <ResourceView resource={pages.resource} what="the messages">
        {() =>
          pages.items.length > 0 ? (
            <>
              <MessageTable messages={pages.items} />
              <ListEnd pages={pages} noun="message" />
            </>
          ) : isFiltered ? (
            <Empty title="No message matches these filters.">
              <button type="button" class="button" onClick={removeFilters}>
                Remove the filters
              </button>
            </Empty>
          ) : (
            <Empty title="There are no messages yet.">
              <a href="/new">Create the first one</a>
            </Empty>
          )
        }
      </ResourceView>
    </>
  );
};
