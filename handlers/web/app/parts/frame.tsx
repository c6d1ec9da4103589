import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { errorText } from '#handlers/web/app/api/api-error.ts';
import { viewerZone } from '#handlers/web/app/format/time.ts';
import { session, signOut } from '#handlers/web/app/session/session.ts';
import { chooseTheme, THEMES, type Theme, theme } from '#handlers/web/app/state/theme.ts';
import { Button } from './button.tsx';
import { toast } from './toasts.tsx';

/** The links to the pages, in groups. */
const NAVIGATION: readonly { title: string; links: Readonly<Record<string, string>> }[] = [
  { title: 'Watch', links: { '/': 'Overview', '/messages': 'Messages', '/failed': 'Failed' } },
  { title: 'Do', links: { '/new': 'New', '/schedules': 'Schedules' } },
  { title: 'Operate', links: { '/flags': 'Flags', '/system': 'System' } },
];

/** What all pages share: the skip link, the navigation, the theme, the user, and the zone of the times. */
export const Frame = ({ children }: { children: ComponentChildren }) => {
  const { path } = useLocation();
  const [isOpen, setOpen] = useState(false);
  useEffect(() => setOpen(false), [path]);
  if (session.value.state !== 'signed-in') return <main class="gate">{children}</main>;
  return (
    <div class="frame">
      <a class="skip-link" href="#content">
        Skip to the content
      </a>
      <header class="top">
        <a class="brand" href="/">
          rez-agent
        </a>
        <Button isExpanded={isOpen} onClick={() => setOpen(!isOpen)}>
          Menu
        </Button>
      </header>
      <nav class={`navigation${isOpen ? ' is-open' : ''}`} aria-label="Pages">
        <a class="brand wide-brand" href="/">
          rez-agent
        </a>
        {NAVIGATION.map(({ title, links }) => (
          <section key={title}>
            <h2>{title}</h2>
            <ul>
              {Object.entries(links).map(([href, text]) => (
                <li key={href}>
                  <a href={href} aria-current={isCurrent(href, path) ? 'page' : undefined}>
                    {text}
                  </a>
                </li>
              ))}
            </ul>
          </section>
        ))}
        <Viewer />
      </nav>
      <main id="content" class="content" tabIndex={-1}>
        {children}
        <footer class="zone muted">Times are in {viewerZone()}.</footer>
      </main>
    </div>
  );
};

const isCurrent = (href: string, path: string) =>
  href === '/' ? path === '/' : path === href || path.startsWith(`${href}/`);

const THEME_NAMES: Readonly<Record<Theme, string>> = {
  system: 'System theme',
  light: 'Light theme',
  dark: 'Dark theme',
};

/** Who is signed in, the theme, and the way out. */
const Viewer = () => {
  if (session.value.state !== 'signed-in') return null;
  const { email, username, roles } = session.value.me;
  const leave = () =>
    signOut().catch((error) => toast(`Not signed out: ${errorText(error)}`, 'bad'));
  return (
    <section class="viewer">
      <p class="viewer-name">{email ?? username}</p>
      <p class="muted">{roles.length === 0 ? 'no role' : roles.join(', ')}</p>
      <select
        aria-label="Theme"
        value={theme.value}
        onChange={(event) => {
          const chosen = THEMES.find((one) => one === event.currentTarget.value);
          if (chosen !== undefined) chooseTheme(chosen);
        }}
      >
        {THEMES.map((one) => (
          <option key={one} value={one}>
            {THEME_NAMES[one]}
          </option>
        ))}
      </select>
      <Button onClick={leave}>Sign out</Button>
    </section>
  );
};
