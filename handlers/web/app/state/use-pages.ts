import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { updatedItems, withNewItems } from './updated-items.ts';
import { LIVE_POLL_MS, type Resource, SKELETON_AFTER_MS, useResource } from './use-resource.ts';

/** One page of a list of the API. */
export interface Page<Item> {
  data: Item[];
  pagination: {
    cursor: string | null;
    /** Only if the search stopped early: it has covered everything created after this time. ISO 8601. */
    searched_until?: string | undefined;
  };
}

export interface Pages<Item> {
  /** Identifies the list that is shown. A list with another key has other items: replace it as a whole. */
  key: string;
  /** Whether the list with these filters is still loading and this is the list of before. */
  isStale: boolean;
  /** The first page, for its states. */
  resource: Resource<Page<Item>>;
  /** The items that are shown: those of the first page and of every page that the viewer loaded. */
  items: readonly Item[];
  /** The number of items that appeared since. They are not shown before the viewer asks for them. */
  newCount: number;
  showNew: () => void;
  hasMore: boolean;
  /** Where the search stopped, if the last page is short although more items may follow. ISO 8601. */
  searchedUntil: string | undefined;
  isLoadingMore: boolean;
  /** The error of the last `loadMore`. */
  moreError: unknown;
  loadMore: () => void;
}

export interface PagesOptions<Item> {
  /** Identifies the list with its filters. */
  key: string;
  /** Loads the page at a cursor; without one, the first page. */
  load: (cursor: string | undefined, signal: AbortSignal) => Promise<Page<Item>>;
  idOf: (item: Item) => string;
}

interface Shown<Item> {
  key: string;
  items: readonly Item[];
  /** Where the next page begins. */
  next: Page<Item>['pagination'];
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
  const loading = useRef<AbortController>(undefined);
  useEffect(() => () => loading.current?.abort(), [key]);

  const shown = stored?.key === key ? stored : first && shownFrom(key, first);
  // What the first answer contains is what the viewer sees.
  if (stored?.key !== key && shown !== undefined) setShown(shown);

  const before = shown?.items ?? NO_ITEMS;
  const items = useMemo(
    () => (first === undefined ? before : updatedItems(before, first, idOf)),
    [before, first],
  );
  // Kept, because an item that newer ones push out of the first page stays as it was last.
  if (shown !== undefined && items !== before) setShown({ ...shown, items });
  const known = new Set(items.map(idOf));
  const newCount = (first?.data ?? []).filter((item) => !known.has(idOf(item))).length;
  const current = more?.key === key ? more : undefined;

  const showNew = () => {
    if (first === undefined || shown === undefined) return;
    const merged = withNewItems(items, first, idOf);
    setShown(merged ? { key, items: merged, next: shown.next } : shownFrom(key, first));
  };

  const loadMore = async () => {
    if (shown?.next.cursor == null || current?.isLoading) return;
    const controller = new AbortController();
    loading.current = controller;
    setMore({ key, isLoading: true, error: undefined });
    const end = (error: unknown) =>
      setMore((before) => (before?.key === key ? { key, isLoading: false, error } : before));
    try {
      const page = await load(shown.next.cursor, controller.signal);
      setShown((latest) =>
        latest?.key === key
          ? { key, items: [...latest.items, ...page.data], next: page.pagination }
          : latest,
      );
      end(undefined);
    } catch (error) {
      end(controller.signal.aborted ? undefined : error);
    }
  };

  const pages: Pages<Item> = {
    key,
    isStale: false,
    resource,
    items,
    newCount,
    showNew,
    hasMore: shown?.next.cursor != null,
    searchedUntil: shown?.next.searched_until,
    isLoadingMore: current?.isLoading ?? false,
    moreError: current?.error,
    loadMore: () => void loadMore(),
  };
  return useWithoutFlash(key, pages);
};

const NO_ITEMS: readonly never[] = [];

/**
 * While a list with other filters is loading, the list of before stays for a moment, so that a fast answer replaces it
 * without a flash.
 */
const useWithoutFlash = <Item>(key: string, pages: Pages<Item>): Pages<Item> => {
  const [lateKey, setLateKey] = useState<string>();
  const last = useRef(pages);
  useEffect(() => {
    const timer = setTimeout(() => setLateKey(key), SKELETON_AFTER_MS);
    return () => clearTimeout(timer);
  }, [key]);
  const { data, error } = pages.resource;
  const isWaiting = data === undefined && error === undefined && lateKey !== key;
  if (isWaiting && last.current.resource.data !== undefined) {
    return { ...last.current, isStale: true };
  }
  last.current = pages;
  return pages;
};

const shownFrom = <Item>(key: string, page: Page<Item>): Shown<Item> => ({
  key,
  items: page.data,
  next: page.pagination,
});
