import { errorText } from '#handlers/web/app/api/api-error.ts';
import { session, signOut } from '#handlers/web/app/session/session.ts';
import { chooseTheme, THEMES, type Theme, theme } from '#handlers/web/app/state/theme.ts';
import { Button } from './button.tsx';
import { toast } from './toasts.tsx';

const THEME_NAMES: Readonly<Record<Theme, string>> = {
  system: 'System theme',
  light: 'Light theme',
  dark: 'Dark theme',
};

/** Who is signed in, the theme, the way out, and the version of the platform. */
export const Viewer = ({ version }: { version: string | undefined }) => {
  if (session.value.state !== 'signed-in') return null;
  const { email, username, roles } = session.value.me;
  const leave = () =>
    signOut().catch((error) => toast(`Not signed out: ${errorText(error)}`, 'bad'));
  return (
    <section class="viewer" aria-label="You">
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
      {version !== undefined && <p class="muted">Version {version.slice(0, 12)}</p>}
    </section>
  );
};
