import type { ComponentChildren } from 'preact';
import { request } from '#handlers/web/app/api/request.ts';
import { upperFirst } from '#handlers/web/app/format/upper-first.ts';
import { Button } from '#handlers/web/app/parts/button.tsx';
import { Empty } from '#handlers/web/app/parts/empty.tsx';
import { SelectField } from '#handlers/web/app/parts/field.tsx';
import { ListEnd, NewItems } from '#handlers/web/app/parts/list-end.tsx';
import { ResourceView } from '#handlers/web/app/parts/resource-view.tsx';
import { type Page, usePages } from '#handlers/web/app/state/use-pages.ts';
import { useQuery } from '#handlers/web/app/state/use-query.ts';

export interface LedgerListProps<Item> {
  /** The path in the API. */
  path: string;
  noun: string;
  /** The words of the statuses by which the list can be filtered. */
  statuses: Readonly<Record<string, { text: string }>>;
  /** The status without a filter; an empty text for all. */
  defaultStatus: string;
  idOf: (item: Item) => string;
  /** What is shown when there is nothing without a filter. */
  empty: ComponentChildren;
  children: (items: readonly Item[]) => ComponentChildren;
}

/** A list with a filter by status that is kept in the address, newest first. */
export const LedgerList = <Item,>({
  path,
  noun,
  statuses,
  defaultStatus,
  idOf,
  empty,
  children,
}: LedgerListProps<Item>) => {
  const { query, setQuery } = useQuery();
  const { status: asked = '' } = query;
  const status = Object.hasOwn(statuses, asked) ? asked : defaultStatus;
  const pages = usePages<Item>({
    key: status,
    load: async (cursor, signal) =>
      (await request<Page<Item>>('GET', path, { query: { status, cursor }, signal })).body,
    idOf,
  });
  const choose = (chosen: string) => setQuery({ status: chosen === defaultStatus ? '' : chosen });
  return (
    <>
      <div class="filters">
        <SelectField
          label="Status"
          value={status}
          options={{
            ...(defaultStatus === '' ? { '': 'any' } : {}),
            ...Object.fromEntries(
              Object.entries(statuses).map(([name, { text }]) => [name, upperFirst(text)]),
            ),
          }}
          onChange={choose}
        />
      </div>
      <NewItems pages={pages} noun={noun} />
      <ResourceView resource={pages.resource} what={`the ${noun}s`}>
        {() =>
          pages.items.length > 0 ? (
            <div
              key={pages.key}
              class={pages.isStale ? 'is-stale' : undefined}
              aria-busy={pages.isStale}
            >
              {children(pages.items)}
              <ListEnd pages={pages} noun={noun} />
            </div>
          ) : status === defaultStatus ? (
            empty
          ) : (
            <Empty title={`No ${noun} matches this filter.`}>
              <Button onClick={() => choose(defaultStatus)}>Remove the filters</Button>
            </Empty>
          )
        }
      </ResourceView>
    </>
  );
};
