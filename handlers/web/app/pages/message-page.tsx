import { PageTitle } from '#handlers/web/app/parts/page-title.tsx';

export const MessagePage = () => <PageTitle title="Message" />;
