/** The first page of a list, as the API has it now. */
export interface FirstPage<Item> {
  data: readonly Item[];
  pagination: { cursor: string | null };
}

type IdOf<Item> = (item: Item) => string;

/**
 * The items that are shown, as the first page has them now. An item that is missing there, although an older one is present
 * or the page is the whole list, is left out: it does not match the filter any more. Items that are older than the first
 * page stay as they are. An item that is equal as JSON stays the same object, so that its row is not rendered again.
 * @returns `items` itself when nothing has changed
 */
export const updatedItems = <Item>(
  items: readonly Item[],
  first: FirstPage<Item>,
  idOf: IdOf<Item>,
): readonly Item[] => {
  const fresh = byId(first.data, idOf);
  const covered =
    first.pagination.cursor === null
      ? items.length
      : items.findLastIndex((item) => fresh.has(idOf(item)));
  const updated = items.flatMap((item, index) => {
    const newer = fresh.get(idOf(item));
    if (newer === undefined) return index < covered ? [] : [item];
    return newer === item || JSON.stringify(newer) === JSON.stringify(item) ? [item] : [newer];
  });
  const isSame =
    updated.length === items.length && updated.every((item, index) => item === items[index]);
  return isSame ? items : updated;
};

/**
 * The first page followed by the older items that are shown. `undefined` when they do not meet: there are items between
 * them that were never loaded.
 */
export const withNewItems = <Item>(
  items: readonly Item[],
  first: FirstPage<Item>,
  idOf: IdOf<Item>,
): Item[] | undefined => {
  if (first.pagination.cursor === null) return [...first.data];
  const fresh = byId(first.data, idOf);
  const last = items.findLastIndex((item) => fresh.has(idOf(item)));
  return last === -1 ? undefined : [...first.data, ...items.slice(last + 1)];
};

const byId = <Item>(items: readonly Item[], idOf: IdOf<Item>): Map<string, Item> =>
  new Map(items.map((item) => [idOf(item), item]));
