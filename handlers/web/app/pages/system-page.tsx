import { PageTitle } from '#handlers/web/app/parts/page-title.tsx';

export const SystemPage = () => <PageTitle title="System" />;
