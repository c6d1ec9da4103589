import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { errorText, isApiError, isUnreachable } from '#handlers/web/app/api/api-error.ts';
import { nowMs } from '#handlers/web/app/state/now.ts';
import { type Resource, SKELETON_AFTER_MS } from '#handlers/web/app/state/use-resource.ts';
import { Button } from './button.tsx';
import { DataAge } from './data-age.tsx';
import { ErrorDetails } from './error-details.tsx';
import { Notice } from './notice.tsx';

export interface ResourceViewProps<Data> {
  resource: Resource<Data>;
  /** What is read, such as `the messages`. */
  what: string;
  children: (data: Data) => ComponentChildren;
}

/**
 * Shows what was read from the API, and the states in between: a skeleton while it is loading, the reason and a retry when
 * it failed, and the age of the data when a later read failed.
 */
export const ResourceView = <Data,>({ resource, what, children }: ResourceViewProps<Data>) => {
  const { data, error, reload } = resource;
  if (data === undefined) {
    return error === undefined ? (
      <Skeleton what={what} />
    ) : (
      <LoadError what={what} {...{ error, reload }} />
    );
  }
  return (
    <>
      {error !== undefined && <StaleNotice {...resource} />}
      {children(data)}
    </>
  );
};

/** Grey lines in place of what is loading. A fast answer does not show them. */
export const Skeleton = ({ what }: { what: string }) => {
  const [isVisible, setVisible] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setVisible(true), SKELETON_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div aria-busy="true" class="skeleton-box">
      {isVisible && (
        <>
          <span class="visually-hidden">Loading {what} …</span>
          <div class="skeleton" />
          <div class="skeleton" />
          <div class="skeleton" />
        </>
      )}
    </div>
  );
};

/** Why something could not be read, and a way to try again. */
export const LoadError = ({
  what,
  error,
  reload,
}: {
  what: string;
  error: unknown;
  reload: () => void;
}) => (
  <Notice
    tone="bad"
    title={
      isUnreachable(error)
        ? 'You are offline, or the platform does not answer.'
        : `Loading ${what} failed.`
    }
  >
    <p>{errorText(error)}</p>
    <ErrorDetails error={error} />
    <Correlation error={error} />
    <Button onClick={reload}>Try again</Button>
  </Notice>
);

/** The id with which an operator finds an error in the logs. */
export const Correlation = ({ error }: { error: unknown }) =>
  isApiError(error) && error.correlationId !== undefined ? (
    <p class="muted">
      Correlation id <code>{error.correlationId}</code>
    </p>
  ) : null;

const StaleNotice = <Data,>({ error, loadedAtMs, reload }: Resource<Data>) => (
  <Notice tone="warn" title={isUnreachable(error) ? 'Offline.' : 'The last update failed.'}>
    <DataAge atMs={loadedAtMs ?? nowMs.value} /> {errorText(error)}{' '}
    <Button onClick={reload}>Try again</Button>
  </Notice>
);
