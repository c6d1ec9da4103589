import { PageTitle } from '#handlers/web/app/parts/page-title.tsx';

export const FailedPage = () => <PageTitle title="Failed messages" />;
