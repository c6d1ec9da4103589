import { PageTitle } from '#handlers/web/app/parts/page-title.tsx';

export const SchedulePage = () => <PageTitle title="Schedule" />;
