import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import type { Health } from '#handlers/web/app/api/responses.ts';
import { send } from '#handlers/web/app/api/send.ts';
import { viewerZone } from '#handlers/web/app/format/time.ts';
import { session } from '#handlers/web/app/session/session.ts';
import { FailedLatelyContext, readFailedLately } from '#handlers/web/app/state/failed-lately.ts';
import {
  PendingApprovalsContext,
  readPendingApprovals,
} from '#handlers/web/app/state/pending-approvals.ts';
import { useResource } from '#handlers/web/app/state/use-resource.ts';
import { Badge } from './badge.tsx';
import { Button } from './button.tsx';
import { PageLinks } from './page-links.tsx';
import type { Tone } from './tone.ts';
import { Viewer } from './viewer.tsx';

const OVERVIEW_POLL_MS = 15_000;
const POLL_MS = 60_000;

/** What all pages share: the skip link, the stage, the navigation, the theme, the user, and the zone of the times. */
export const Frame = ({ children }: { children: ComponentChildren }) =>
  session.value.state === 'signed-in' ? (
    <SignedInFrame>{children}</SignedInFrame>
  ) : (
    <main class="gate">{children}</main>
  );

const SignedInFrame = ({ children }: { children: ComponentChildren }) => {
  const { path } = useLocation();
  const [isOpen, setOpen] = useState(false);
  useEffect(() => setOpen(false), [path]);
  const health = useResource('health', readHealth).data;
  const pollMs = path === '/' ? OVERVIEW_POLL_MS : POLL_MS;
  const failed = useResource('failed', readFailedLately, { pollMs });
  const approvals = useResource('approvals', readPendingApprovals, { pollMs });
  return (
    <div class="frame">
      <a class="skip-link" href="#content">
        Skip to the content
      </a>
      <header class="top">
        <Brand stage={health?.stage} />
        <Button isExpanded={isOpen} onClick={() => setOpen(!isOpen)}>
          Menu
        </Button>
      </header>
      <nav
        class={`side${isOpen ? ' is-open' : ''}`}
        aria-label="Pages"
        onFocusOut={({ currentTarget, relatedTarget }) => {
          // On a phone it covers the page, and would hide what gets the focus next.
          if (!(relatedTarget instanceof Element) || relatedTarget.closest('.top')) return;
          if (!currentTarget.contains(relatedTarget)) setOpen(false);
        }}
      >
        <Brand stage={health?.stage} />
        <PageLinks path={path} failed={failed.data} approvals={approvals.data} />
        <Viewer version={health?.version} />
      </nav>
      <main id="content" class="content" tabIndex={-1}>
        <PendingApprovalsContext.Provider value={approvals}>
          <FailedLatelyContext.Provider value={failed}>{children}</FailedLatelyContext.Provider>
        </PendingApprovalsContext.Provider>
        <footer class="zone muted">Times are in {viewerZone()}.</footer>
      </main>
    </div>
  );
};

const readHealth = async (signal: AbortSignal): Promise<Health> =>
  (await send<Health>('GET', '/api/health', { signal })).body;

const STAGE_TONES: Readonly<Record<Health['stage'], Tone>> = {
  dev: 'neutral',
  stage: 'info',
  prod: 'warn',
};

/** The name of the product, and the stage, so that nobody takes one for another. */
const Brand = ({ stage }: { stage: Health['stage'] | undefined }) => (
  <p class="brand">
    <a href="/">rez-agent</a>
    {stage !== undefined && <Badge tone={STAGE_TONES[stage]}>{stage}</Badge>}
  </p>
);
