import { PageTitle } from '#handlers/web/app/parts/page-title.tsx';

export const FlagsPage = () => <PageTitle title="Flags" />;
