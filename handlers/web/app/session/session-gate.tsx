import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import { errorText } from '#handlers/web/app/api/api-error.ts';
import { Button } from '#handlers/web/app/parts/button.tsx';
import { Notice } from '#handlers/web/app/parts/notice.tsx';
import { session, startSession } from './session.ts';
import { beginSignIn } from './sign-in.ts';

const GATE_TITLE = 'Sign in · rez-agent';

/** Shows its children to a signed-in viewer, and a way to sign in to others. */
export const SessionGate = ({ children }: { children: ComponentChildren }) => {
  const { path, url } = useLocation();
  const current = session.value;
  if (path === '/callback' || current.state === 'signed-in') return <>{children}</>;
  if (current.state === 'starting')
    return (
      <p class="gate" aria-busy="true">
        Signing in …
      </p>
    );
  if (current.state === 'unreachable') {
    return (
      <main class="gate">
        <h1>rez-agent</h1>
        <Notice tone="bad" title="The platform does not answer.">
          {errorText(current.error)}
        </Notice>
        <Button onClick={startSession}>Try again</Button>
      </main>
    );
  }
  return <SignIn returnTo={url} hasEnded={current.hasEnded} />;
};

const SignIn = ({ returnTo, hasEnded }: { returnTo: string; hasEnded: boolean }) => {
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    document.title = GATE_TITLE;
  }, []);
  const signIn = async () => {
    try {
      await beginSignIn(returnTo);
    } catch (cause) {
      setError(cause);
    }
  };
  return (
    <main class="gate">
      <h1 tabIndex={-1}>rez-agent</h1>
      {hasEnded && (
        <Notice tone="warn" title="Your session has ended.">
          Sign in again to continue. What you typed into a form is kept.
        </Notice>
      )}
      {error !== undefined && (
        <Notice tone="bad" title="The sign-in did not start.">
          {errorText(error)}
        </Notice>
      )}
      <p>See what happened, what needs attention and what comes next.</p>
      <Button kind="primary" onClick={signIn}>
        Sign in
      </Button>
    </main>
  );
};
