import { errorText, isUnreachable } from '#handlers/web/app/api/api-error.ts';
import { Button } from '#handlers/web/app/parts/button.tsx';
import { DataAge } from '#handlers/web/app/parts/data-age.tsx';
import { Notice } from '#handlers/web/app/parts/notice.tsx';
import type { Resource } from '#handlers/web/app/state/use-resource.ts';
import { oldestRead } from './offline.ts';

/** Says once for all parts of the page that they are offline, and how old they are. */
export const OfflineNotice = ({ reads }: { reads: readonly Resource<unknown>[] }) => {
  const oldestMs = oldestRead(reads);
  return (
    <Notice tone="warn" title="Offline.">
      <p>
        {oldestMs !== undefined && <DataAge atMs={oldestMs} />}{' '}
        {errorText(reads.find(({ error }) => isUnreachable(error))?.error)}
      </p>
      <Button onClick={() => reads.map(({ reload }) => reload())}>Try again</Button>
    </Notice>
  );
};
