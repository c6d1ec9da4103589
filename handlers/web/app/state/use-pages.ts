import { useState } from 'preact/hooks';
import { LIVE_POLL_MS, type Resource, useResource } from './use-resource.ts';

/** One page of a list of the API. */
export interface Page<Item> {
  data: Item[];
  pagination: { cursor: string | null };
}

export interface Pages<Item> {
  /** The first page, for its states. */
  resource: Resource<Page<Item>>;
  /** The items that are shown: those of the first page and of every page that the viewer loaded. */
  items: readonly Item[];
  /** The number of items that appeared since. They are not shown before the viewer asks for them. */
  newCount: number;
  showNew: () => void;
  hasMore: boolean;
  isLoadingMore: boolean;
  /** The error of the last `loadMore`. */
  moreError: unknown;
  loadMore: () => void;
}

export interface PagesOptions<Item> {
  /** Identifies the list with its filters. */
  key: string;
  load: (cursor: string | undefined, signal: AbortSignal | undefined) => Promise<Page<Item>>;
  idOf: (item: Item) => string;
}

interface Shown<Item> {
  key: string;
  items: readonly Item[];
  /** Where the next page begins. */
  cursor: string | null;
}

/**
 * A list that is read page by page, newest first, and that changes by itself. Rows that are shown are updated where they
 * are. New rows wait until the viewer asks for them, so that no row moves away under the pointer.
 */
export const usePages = <Item>({ key, load, idOf }: PagesOptions<Item>): Pages<Item> => {
  const resource = useResource(key, (signal) => load(undefined, signal), { pollMs: LIVE_POLL_MS });
  const [stored, setShown] = useState<Shown<Item>>();
  const [more, setMore] = useState<{ key: string; isLoading: boolean; error: unknown }>();
  const first = resource.data;

  const shown = stored?.key === key ? stored : first && shownFrom(key, first);
  // What the first answer contains is what the viewer sees.
  if (stored?.key !== key && shown !== undefined) setShown(shown);

  const items = updatedItems(shown?.items ?? [], first?.data ?? [], idOf);
  const known = new Set((shown?.items ?? []).map(idOf));
  const newCount = (first?.data ?? []).filter((item) => !known.has(idOf(item))).length;
  const current = more?.key === key ? more : undefined;

  const loadMore = async () => {
    if (shown?.cursor == null || current?.isLoading) return;
    setMore({ key, isLoading: true, error: undefined });
    try {
      const page = await load(shown.cursor, undefined);
      setShown({ key, items: [...items, ...page.data], cursor: page.pagination.cursor });
      setMore({ key, isLoading: false, error: undefined });
    } catch (error) {
      setMore({ key, isLoading: false, error });
    }
  };

  return {
    resource,
    items,
    newCount,
    showNew: () => first && setShown(shownFrom(key, first)),
    hasMore: shown?.cursor != null,
    isLoadingMore: current?.isLoading ?? false,
    moreError: current?.error,
    loadMore: () => void loadMore(),
  };
};

const shownFrom = <Item>(key: string, page: Page<Item>): Shown<Item> => ({
  key,
  items: page.data,
  cursor: page.pagination.cursor,
});

/**
 * The items as the first page has them now. An item that is missing there, although an older one is present, is left out:
 * it does not match the filter any more. Items that are older than the first page stay as they are.
 */
export const updatedItems = <Item>(
  items: readonly Item[],
  first: readonly Item[],
  idOf: (item: Item) => string,
): Item[] => {
  const fresh = new Map(first.map((item) => [idOf(item), item]));
  const last = items.findLastIndex((item) => fresh.has(idOf(item)));
  return items.flatMap((item, index) => fresh.get(idOf(item)) ?? (index < last ? [] : [item]));
};
