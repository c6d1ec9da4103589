import type { ApiApproval } from '#handlers/web/app/api/responses.ts';
import { runMember } from '#handlers/web/app/messages/run-members.ts';
import { LongText } from '#handlers/web/app/parts/long-text.tsx';
import { Notice } from '#handlers/web/app/parts/notice.tsx';
import { ResourceView } from '#handlers/web/app/parts/resource-view.tsx';
import { nowMs } from '#handlers/web/app/state/now.ts';
import { useRun } from '#handlers/web/app/state/use-run.ts';
import { runOutcome } from './run-outcome.ts';

/** What became of an approval: its message is followed until the outcome is known. */
export const ApprovalOutcome = ({ approval }: { approval: ApiApproval }) => {
  const { id, message_id } = approval;
  const run = useRun(message_id);
  return (
    <ResourceView resource={run} what="the outcome">
      {(data) => {
        const message = runMember(data, message_id);
        if (message === undefined) return null;
        const { tone, title, text, details } = runOutcome(message, nowMs.value);
        const { approval_id: latest, effect_id } = message;
        return (
          <>
            {latest !== undefined && latest !== id && (
              <p>
                The message was redriven since then, and{' '}
                <a href={`/approvals/${encodeURIComponent(latest)}`}>asked again</a>. This is how it
                stands now:
              </p>
            )}
            <Notice tone={tone} title={title}>
              {details !== undefined && (
                <p>
                  <LongText text={details} />
                </p>
              )}
              {text !== undefined && <p>{text}</p>}
              <p class="actions">
                {effect_id !== undefined && (
                  <a class="button" href={`/effects/${encodeURIComponent(effect_id)}`}>
                    Open the effect
                  </a>
                )}
                <a class="button" href={`/messages/${encodeURIComponent(message_id)}`}>
                  Open the run
                </a>
              </p>
            </Notice>
          </>
        );
      }}
    </ResourceView>
  );
};
