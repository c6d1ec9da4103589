import type { ComponentChildren } from 'preact';
import type { ApiEffect } from '#handlers/web/app/api/responses.ts';
import { Creator } from '#handlers/web/app/parts/creator.tsx';
import { LongText } from '#handlers/web/app/parts/long-text.tsx';
import { Panel } from '#handlers/web/app/parts/panel.tsx';
import { Time } from '#handlers/web/app/parts/time.tsx';
import { EffectStatusBadge } from './effect-status-badge.tsx';
import { allowedText } from './effect-words.ts';

type Entry = ApiEffect['history'][number];

/** What happened to an effect, the newest change first: who allowed it, which message did it, and who resolved it. */
export const EffectHistory = ({ effect }: { effect: ApiEffect }) => {
  const { history, generation } = effect;
  return (
    <Panel title="History">
      <ol class="history">
        {history.toReversed().map((entry, index) => (
          <li key={`${history.length - index} ${entry.at}`}>
            <p class="history-title">
              <EffectStatusBadge status={entry.status} /> <Time at={entry.at} />
              {generation > 1 && <span class="muted">try {entry.generation}</span>}
            </p>
            <ul class="muted">
              {linesOf(entry).map((line, number) => (
                <li key={number}>{line}</li>
              ))}
            </ul>
            {entry.reason !== undefined && (
              <p>
                <LongText text={entry.reason} />
              </p>
            )}
          </li>
        ))}
      </ol>
    </Panel>
  );
};

const linesOf = (entry: Entry): ComponentChildren[] => {
  const { message_id, redriven_at, allowed_by, resolved_by } = entry;
  return [
    resolved_by !== undefined && (
      <>
        resolved by <Creator name={resolved_by} />
      </>
    ),
    allowed_by !== undefined &&
      (allowedText(allowed_by) ?? (
        <>
          approved by <Creator name={allowed_by} />
        </>
      )),
    // A person who resolves it writes no message.
    resolved_by === undefined && (
      <>
        by <a href={`/messages/${encodeURIComponent(message_id)}`}>a message</a>
        {redriven_at !== undefined && (
          <>
            , redriven <Time at={redriven_at} />
          </>
        )}
      </>
    ),
  ].filter((line) => line !== false);
};
