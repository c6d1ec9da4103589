import { describe, expect, it } from 'vitest';
import { updatedItems, withNewItems } from '#handlers/web/app/state/updated-items.ts';

interface Item {
  id: string;
  status?: string;
}

const items = (ids: string, status?: string): Item[] =>
  Array.from(ids, (id) => (status === undefined ? { id } : { id, status }));

/** The first page. A cursor means that items may follow. */
const page = (data: Item[], cursor: string | null = 'next') => ({ data, pagination: { cursor } });

const idOf = ({ id }: Item) => id;
const ids = (list: readonly Item[] | undefined) => list?.map(idOf).join('');

describe('updatedItems', () => {
  it('replaces items where they are, and keeps the order that is shown', () => {
    const updated = updatedItems(items('cba'), page(items('cba', 'done')), idOf);

    expect(updated).toEqual(items('cba', 'done'));
  });

  it('returns the same list when nothing has changed, and the same item when it has not', () => {
    const before = items('ba', 'queued');
    const changed = updatedItems(
      before,
      page([{ id: 'b', status: 'done' }, ...items('a', 'queued')]),
      idOf,
    );

    expect(updatedItems(before, page(items('ba', 'queued')), idOf)).toBe(before);
    expect(changed[0]).toEqual({ id: 'b', status: 'done' });
    expect(changed[1]).toBe(before[1]);
  });

  it('does not add new items', () => {
    expect(ids(updatedItems(items('cb'), page(items('edcb')), idOf))).toBe('cb');
  });

  it('leaves out an item that is missing although an older one is present', () => {
    expect(ids(updatedItems(items('dcba'), page(items('da')), idOf))).toBe('da');
  });

  it('keeps items that are older than the first page', () => {
    expect(ids(updatedItems(items('dcba'), page(items('edc')), idOf))).toBe('dcba');
  });

  it('keeps all items when the first page contains only newer ones', () => {
    expect(ids(updatedItems(items('ba'), page(items('zyx')), idOf))).toBe('ba');
  });

  it('leaves out every item that is missing when the first page is the whole list', () => {
    expect(ids(updatedItems(items('cba'), page(items('c'), null), idOf))).toBe('c');
    expect(ids(updatedItems(items('cba'), page([], null), idOf))).toBe('');
  });

  it('keeps everything when the search stopped before it found anything', () => {
    expect(ids(updatedItems(items('ba'), page([]), idOf))).toBe('ba');
  });
});

describe('withNewItems', () => {
  it('puts the new items before those that are shown, each once', () => {
    expect(ids(withNewItems(items('cba'), page(items('edc')), idOf))).toBe('edcba');
  });

  it('is nothing when items between the two were never loaded', () => {
    expect(withNewItems(items('ba'), page(items('zyx')), idOf)).toBeUndefined();
  });

  it('is the first page when that is the whole list', () => {
    expect(ids(withNewItems(items('ba'), page(items('zb'), null), idOf))).toBe('zb');
  });
});
