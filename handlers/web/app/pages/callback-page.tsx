import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import { errorText } from '#handlers/web/app/api/api-error.ts';
import { Notice } from '#handlers/web/app/parts/notice.tsx';
import { startSession } from '#handlers/web/app/session/session.ts';
import { completeSignIn } from '#handlers/web/app/session/sign-in.ts';

/** Completes the sign-in and returns to the page that was requested. */
export const CallbackPage = () => {
  const { route } = useLocation();
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    completeSignIn(new URLSearchParams(location.search)).then(
      (returnTo) => route(returnTo, true),
      setError,
    );
  }, []);
  if (error === undefined) return <p aria-busy="true">Signing in …</p>;
  return (
    <Notice tone="bad" title="The sign-in failed.">
      {errorText(error)}{' '}
      <a href="/" onClick={() => void startSession()}>
        Start again
      </a>
    </Notice>
  );
};
