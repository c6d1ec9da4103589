import { PageTitle } from '#handlers/web/app/parts/page-title.tsx';

export const OverviewPage = () => <PageTitle title="Overview" />;
