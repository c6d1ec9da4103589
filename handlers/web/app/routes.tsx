// The index of preact-iso also loads code that renders pages on a server.
import lazy, { ErrorBoundary } from 'preact-iso/lazy';
import { Route, Router } from 'preact-iso/router';
import { CallbackPage } from './pages/callback-page.tsx';
import { NotFoundPage } from './pages/not-found-page.tsx';
import { OverviewPage } from './pages/overview-page.tsx';
import type { PagePath } from './pages.ts';
import { Frame } from './parts/frame.tsx';
import { reloadForNewVersion } from './state/new-version.ts';

/** The component of each page. All but the first load when they are opened. */
const ROUTES: Readonly<Record<PagePath, Parameters<typeof Route>[0]['component']>> = {
  '/': OverviewPage,
  '/callback': CallbackPage,
  '/messages': lazy(() => import('./pages/messages-page.tsx').then((page) => page.MessagesPage)),
  '/messages/:id': lazy(() => import('./pages/message-page.tsx').then((page) => page.MessagePage)),
  '/failed': lazy(() => import('./pages/failed-page.tsx').then((page) => page.FailedPage)),
  '/new': lazy(() => import('./pages/new-page.tsx').then((page) => page.NewPage)),
  '/schedules': lazy(() => import('./pages/schedules-page.tsx').then((page) => page.SchedulesPage)),
  '/schedules/:id': lazy(() =>
    import('./pages/schedule-page.tsx').then((page) => page.SchedulePage),
  ),
  '/flags': lazy(() => import('./pages/flags-page.tsx').then((page) => page.FlagsPage)),
  '/system': lazy(() => import('./pages/system-page.tsx').then((page) => page.SystemPage)),
  '/styleguide': lazy(() =>
    import('./pages/styleguide-page.tsx').then((page) => page.StyleguidePage),
  ),
};

/** The page of the current address, in the frame that all pages share. */
export const Routes = () => (
  <Frame>
    <ErrorBoundary onError={reloadForNewVersion}>
      <Router>
        {Object.entries(ROUTES).map(([path, component]) => (
          <Route key={path} path={path} component={component} />
        ))}
        <Route default component={NotFoundPage} />
      </Router>
    </ErrorBoundary>
  </Frame>
);
