import { errorText } from '#handlers/web/app/api/api-error.ts';
import { quantityText } from '#handlers/web/app/format/number.ts';
import type { Pages } from '#handlers/web/app/state/use-pages.ts';
import { Button } from './button.tsx';
import { Notice } from './notice.tsx';
import { Time } from './time.tsx';

/** Above a list: how many items are new. They appear when the viewer asks for them. */
export const NewItems = <Item,>({ pages, noun }: { pages: Pages<Item>; noun: string }) => (
  <div class="new-items" role="status">
    {pages.newCount > 0 && (
      <Button
        onClick={pages.showNew}
      >{`Show ${quantityText(pages.newCount, `new ${noun}`)}`}</Button>
    )}
  </div>
);

/** Under a list: how many items are shown, how far the search got, and a way to load more. */
export const ListEnd = <Item,>({ pages, noun }: { pages: Pages<Item>; noun: string }) => {
  const { items, hasMore, searchedUntil, isLoadingMore, moreError, loadMore } = pages;
  return (
    <footer class="list-end">
      {moreError !== undefined && (
        <Notice tone="bad" title={`Loading more ${noun}s failed.`}>
          {errorText(moreError)}
        </Notice>
      )}
      <span class="muted" role="status">
        {quantityText(items.length, noun)} shown
        {hasMore && searchedUntil !== undefined && (
          <>
            . Searched back to <Time at={searchedUntil} />; there may be older ones
          </>
        )}
      </span>
      {hasMore && (
        <Button onClick={loadMore} isDisabled={isLoadingMore}>
          {isLoadingMore
            ? 'Loading …'
            : searchedUntil === undefined
              ? 'Load more'
              : 'Continue the search'}
        </Button>
      )}
    </footer>
  );
};
