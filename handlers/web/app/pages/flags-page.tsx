import { request } from '#handlers/web/app/api/request.ts';
import type { Flag, FlagList } from '#handlers/web/app/api/responses.ts';
import { FlagDialog } from '#handlers/web/app/flags/flag-dialog.tsx';
import { FlagPanel } from '#handlers/web/app/flags/flag-panel.tsx';
import { stateText } from '#handlers/web/app/flags/flag-words.ts';
import { Empty } from '#handlers/web/app/parts/empty.tsx';
import { PageTitle } from '#handlers/web/app/parts/page-title.tsx';
import { ResourceView } from '#handlers/web/app/parts/resource-view.tsx';
import { mayAdminister } from '#handlers/web/app/session/session.ts';
import { useQuery } from '#handlers/web/app/state/use-query.ts';
import { LIVE_POLL_MS, useResource } from '#handlers/web/app/state/use-resource.ts';

/** Every flag, and for admins a way to switch it. What is being switched is in the address. */
export const FlagsPage = () => {
  const { query, setQuery } = useQuery();
  const flags = useResource('flags', readFlags, { pollMs: LIVE_POLL_MS });
  const changing = mayAdminister()
    ? flags.data?.find(({ name }) => name === query.change)
    : undefined;
  return (
    <>
      <PageTitle
        title="Flags"
        lead="Switches for parts of the platform. It takes up to a minute until all functions know a change."
      />
      <ResourceView resource={flags} what="the flags">
        {(data) =>
          data.length === 0 ? (
            <Empty title="There are no flags." />
          ) : (
            data.map((flag) => (
              <FlagPanel
                key={flag.name}
                flag={flag}
                onChange={(enabled) => setQuery({ change: flag.name, to: stateText({ enabled }) })}
              />
            ))
          )
        }
      </ResourceView>
      {changing !== undefined && (
        <FlagDialog
          key={changing.name}
          flag={changing}
          enabled={query.to === 'on'}
          reload={flags.reload}
          onClose={() => setQuery({ change: '', to: '' })}
        />
      )}
    </>
  );
};

const readFlags = async (signal: AbortSignal): Promise<readonly Flag[]> =>
  (await request<FlagList>('GET', '/api/flags', { signal })).body.data;
