import { type FailedLately, failedCountText } from '#handlers/web/app/state/failed-lately.ts';

interface PageLink {
  group: 'Watch' | 'Do' | 'Operate';
  href: string;
  text: string;
}

/** The pages in the navigation. */
const LINKS: readonly PageLink[] = [
  { group: 'Watch', href: '/', text: 'Overview' },
  { group: 'Watch', href: '/messages', text: 'Messages' },
  { group: 'Watch', href: '/failed', text: 'Failed' },
  { group: 'Do', href: '/new', text: 'New' },
  { group: 'Do', href: '/schedules', text: 'Schedules' },
  { group: 'Operate', href: '/flags', text: 'Flags' },
  { group: 'Operate', href: '/system', text: 'System' },
];

/** The links to the pages, in groups. */
export const PageLinks = ({ path, failed }: { path: string; failed: FailedLately | undefined }) => (
  <div class="navigation">
    {Object.entries(Object.groupBy(LINKS, ({ group }) => group)).map(([group, links]) => (
      <section key={group}>
        <h2>{group}</h2>
        <ul>
          {links.map(({ href, text }) => (
            <li key={href}>
              <a href={href} aria-current={isCurrent(href, path) ? 'page' : undefined}>
                {text} {href === '/failed' && <FailedCount failed={failed} />}
              </a>
            </li>
          ))}
        </ul>
      </section>
    ))}
  </div>
);

const isCurrent = (href: string, path: string) =>
  href === '/' ? path === '/' : path === href || path.startsWith(`${href}/`);

const FailedCount = ({ failed }: { failed: FailedLately | undefined }) =>
  failed === undefined || failed.messages.length === 0 ? null : (
    <span class="count tone-bad">
      {failedCountText(failed)}
      <span class="visually-hidden"> in the last 24 hours</span>
    </span>
  );
