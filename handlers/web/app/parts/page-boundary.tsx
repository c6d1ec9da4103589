import type { ComponentChildren } from 'preact';
import { useErrorBoundary, useRef } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import { errorText } from '#handlers/web/app/api/api-error.ts';
import { Button } from './button.tsx';
import { Notice } from './notice.tsx';

/** Shows a page, or a notice in its place when it throws an error. The next page is shown as usual. */
export const PageBoundary = ({ children }: { children: ComponentChildren }) => {
  const { url } = useLocation();
  const failedUrl = useRef<string>(undefined);
  const [error] = useErrorBoundary((thrown) => {
    failedUrl.current = url;
    reportError(thrown);
  });
  if (error === undefined || failedUrl.current !== url) return <>{children}</>;
  return (
    <Notice tone="bad" title="This page cannot be shown.">
      <p>
        <bdi>{errorText(error)}</bdi>
      </p>
      <Button onClick={() => location.reload()}>Load it again</Button>
    </Notice>
  );
};
