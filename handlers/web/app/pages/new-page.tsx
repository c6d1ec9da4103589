import { PageTitle } from '#handlers/web/app/parts/page-title.tsx';

export const NewPage = () => <PageTitle title="New" />;
