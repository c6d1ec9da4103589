import { PageTitle } from '#handlers/web/app/parts/page-title.tsx';

export const SchedulesPage = () => <PageTitle title="Schedules" />;
