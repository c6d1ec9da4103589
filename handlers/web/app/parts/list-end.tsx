import { errorText } from '#handlers/web/app/api/api-error.ts';
import { quantityText } from '#handlers/web/app/format/number.ts';
import type { Pages } from '#handlers/web/app/state/use-pages.ts';
import { Button } from './button.tsx';
import { Notice } from './notice.tsx';

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

/** Under a list: how many items are shown, and a way to load more. */
export const ListEnd = <Item,>({ pages, noun }: { pages: Pages<Item>; noun: string }) => (
  <footer class="list-end">
    {pages.moreError !== undefined && (
      <Notice tone="bad" title={`Loading more ${noun}s failed.`}>
        {errorText(pages.moreError)}
      </Notice>
    )}
    <span class="muted" role="status">
      {quantityText(pages.items.length, noun)} shown
    </span>
    {pages.hasMore && (
      <Button onClick={pages.loadMore} isDisabled={pages.isLoadingMore}>
        {pages.isLoadingMore ? 'Loading …' : 'Load more'}
      </Button>
    )}
  </footer>
);
