import { PageTitle } from '#handlers/web/app/parts/page-title.tsx';

/** For an address that is not the address of a page. */
export const NotFoundPage = () => (
  <>
    <PageTitle title="There is no such page" />
    <p>
      The address may be misspelled. <a href="/">Go to the overview</a>
    </p>
  </>
);
