import { mayOperate } from '#handlers/web/app/session/session.ts';
import { type FailedLately, failedCountText } from '#handlers/web/app/state/failed-lately.ts';
import type { PendingApprovals } from '#handlers/web/app/state/pending-approvals.ts';

interface PageLink {
  group: 'Watch' | 'Do' | 'Operate';
  href: string;
  text: string;
  /** Whether the page is only for those who may create messages. */
  isForOperators?: boolean;
}

/** The pages in the navigation. */
const LINKS: readonly PageLink[] = [
  { group: 'Watch', href: '/', text: 'Overview' },
  { group: 'Watch', href: '/messages', text: 'Messages' },
  { group: 'Watch', href: '/failed', text: 'Failed' },
  { group: 'Do', href: '/new', text: 'New', isForOperators: true },
  { group: 'Do', href: '/schedules', text: 'Schedules' },
  { group: 'Do', href: '/approvals', text: 'Approvals' },
  { group: 'Watch', href: '/effects', text: 'Effects' },
  { group: 'Operate', href: '/flags', text: 'Flags' },
  { group: 'Operate', href: '/system', text: 'System' },
];

export interface PageLinksProps {
  path: string;
  failed: FailedLately | undefined;
  approvals: PendingApprovals | undefined;
}

/** The links to the pages, in groups. */
export const PageLinks = ({ path, failed, approvals }: PageLinksProps) => (
  <div class="navigation">
    {Object.entries(Object.groupBy(shownLinks(), ({ group }) => group)).map(([group, links]) => (
      <section key={group}>
        <h2>{group}</h2>
        <ul>
          {links.map(({ href, text }) => (
            <li key={href}>
              <a href={href} aria-current={isCurrent(href, path) ? 'page' : undefined}>
                {text} {href === '/failed' && <FailedCount failed={failed} />}
                {href === '/approvals' && <ApprovalCount pending={approvals} />}
              </a>
            </li>
          ))}
        </ul>
      </section>
    ))}
  </div>
);

const shownLinks = () => LINKS.filter(({ isForOperators }) => !isForOperators || mayOperate());

const isCurrent = (href: string, path: string) =>
  href === '/' ? path === '/' : path === href || path.startsWith(`${href}/`);

const FailedCount = ({ failed }: { failed: FailedLately | undefined }) =>
  failed === undefined || failed.messages.length === 0 ? null : (
    <span class="count tone-bad">
      {failedCountText(failed)}
      <span class="visually-hidden"> in the last 24 hours</span>
    </span>
  );

const ApprovalCount = ({ pending }: { pending: PendingApprovals | undefined }) =>
  pending === undefined || pending.approvals.length === 0 ? null : (
    <span class="count tone-warn">
      {pending.approvals.length}
      {pending.hasMore && '+'}
      <span class="visually-hidden"> wait</span>
    </span>
  );
