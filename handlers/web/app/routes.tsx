// The index of preact-iso also loads code that renders pages on a server.
import lazy, { ErrorBoundary } from 'preact-iso/lazy';
import { Route, Router, useLocation } from 'preact-iso/router';
import { CallbackPage } from './pages/callback-page.tsx';
import { NotFoundPage } from './pages/not-found-page.tsx';
import { OverviewPage } from './pages/overview-page.tsx';
import type { PagePath } from './pages.ts';
import { Frame } from './parts/frame.tsx';
import { PageBoundary } from './parts/page-boundary.tsx';
import { missingPath } from './state/missing-path.ts';
import { reloadForNewVersion } from './state/new-version.ts';

const workPages = () => import('./pages/work-pages.ts');
const ledgerPages = () => import('./pages/ledger-pages.ts');
const operatingPages = () => import('./pages/operating-pages.ts');
const styleguide = () => import('./pages/styleguide-page.tsx');

/** The component of each page. All but the first load when they are opened. */
const ROUTES: Readonly<Record<PagePath, Parameters<typeof Route>[0]['component']>> = {
  '/': OverviewPage,
  '/callback': CallbackPage,
  '/messages': lazy(() => workPages().then(({ MessagesPage }) => MessagesPage)),
  '/messages/:id': lazy(() => workPages().then(({ MessagePage }) => MessagePage)),
  '/failed': lazy(() => workPages().then(({ FailedPage }) => FailedPage)),
  '/new': lazy(() => workPages().then(({ NewPage }) => NewPage)),
  '/schedules': lazy(() => workPages().then(({ SchedulesPage }) => SchedulesPage)),
  '/schedules/:id': lazy(() => workPages().then(({ SchedulePage }) => SchedulePage)),
  '/approvals': lazy(() => ledgerPages().then(({ ApprovalsPage }) => ApprovalsPage)),
  '/approvals/:id': lazy(() => ledgerPages().then(({ ApprovalPage }) => ApprovalPage)),
  '/effects': lazy(() => ledgerPages().then(({ EffectsPage }) => EffectsPage)),
  '/effects/:id': lazy(() => ledgerPages().then(({ EffectPage }) => EffectPage)),
  '/flags': lazy(() => operatingPages().then(({ FlagsPage }) => FlagsPage)),
  '/system': lazy(() => operatingPages().then(({ SystemPage }) => SystemPage)),
  '/styleguide': lazy(() => styleguide().then(({ StyleguidePage }) => StyleguidePage)),
};

/** The page of the current address, in the frame that all pages share. */
export const Routes = () => {
  const { url } = useLocation();
  const [path] = url.split('?');
  return (
    <Frame>
      <PageBoundary>
        <ErrorBoundary onError={reloadForNewVersion}>
          {path === missingPath ? <NotFoundPage /> : <PageRouter />}
        </ErrorBoundary>
      </PageBoundary>
    </Frame>
  );
};

const PageRouter = () => (
  <Router>
    {Object.entries(ROUTES).map(([path, component]) => (
      <Route key={path} path={path} component={component} />
    ))}
    <Route default component={NotFoundPage} />
  </Router>
);
