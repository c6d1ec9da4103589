import { useComputed } from '@preact/signals';
import { useState } from 'preact/hooks';
import { useRoute } from 'preact-iso/router';
import { isApiError } from '#handlers/web/app/api/api-error.ts';
import type { ApiApproval } from '#handlers/web/app/api/responses.ts';
import { ApprovalDecision } from '#handlers/web/app/approvals/approval-decision.tsx';
import { ApprovalOutcome } from '#handlers/web/app/approvals/approval-outcome.tsx';
import { type TimedApproval, useApproval } from '#handlers/web/app/approvals/use-approval.ts';
import { moneyText } from '#handlers/web/app/format/money.ts';
import { Creator } from '#handlers/web/app/parts/creator.tsx';
import { Empty } from '#handlers/web/app/parts/empty.tsx';
import { FactList } from '#handlers/web/app/parts/fact-list.tsx';
import { Facts } from '#handlers/web/app/parts/facts.tsx';
import { Figures } from '#handlers/web/app/parts/figures.tsx';
import { LongText } from '#handlers/web/app/parts/long-text.tsx';
import { Notice } from '#handlers/web/app/parts/notice.tsx';
import { PageTitle } from '#handlers/web/app/parts/page-title.tsx';
import { Panel } from '#handlers/web/app/parts/panel.tsx';
import { Requester } from '#handlers/web/app/parts/requester.tsx';
import { ResourceView } from '#handlers/web/app/parts/resource-view.tsx';
import { Time } from '#handlers/web/app/parts/time.tsx';
import { TimeLeft } from '#handlers/web/app/parts/time-left.tsx';
import { mayOperate } from '#handlers/web/app/session/session.ts';
import { secondMs } from '#handlers/web/app/state/every-second.ts';

/** What a push asks for: facts, price, time, and the yes or no. Afterwards, what became of it. */
export const ApprovalPage = () => {
  const { id = '' } = useRoute().params;
  return <OneApproval key={id} id={id} />;
};

const OneApproval = ({ id }: { id: string }) => {
  const resource = useApproval(id);
  /** The response to the own decision, until a later read has it. */
  const [own, setOwn] = useState<ApiApproval>();
  const read = resource.data?.approval;
  const approval = own !== undefined && read?.status === 'pending' ? own : read;
  if (isApiError(resource.error) && resource.error.status === 404) return <NoSuchApproval />;
  const decided = (decision: ApiApproval) => {
    setOwn(decision);
    // On a phone, the buttons are at the bottom of the window, and the outcome is at the top of the page.
    scrollTo({ top: 0 });
    resource.reload();
  };
  return (
    <>
      <PageTitle
        title={approval?.title ?? 'Approval'}
        lead={
          approval !== undefined && (
            <>
              Asked by <Requester name={approval.requested_by} />{' '}
              <Time at={approval.created_date} />. It cannot be undone.
            </>
          )
        }
      />
      <ResourceView resource={resource} what="the approval">
        {({ expiresAtMs, approval: latest }) => (
          <Approval
            {...{ expiresAtMs, approval: approval ?? latest }}
            onDecided={decided}
            onRefused={resource.reload}
          />
        )}
      </ResourceView>
    </>
  );
};

interface ApprovalProps extends TimedApproval {
  onDecided: (approval: ApiApproval) => void;
  onRefused: () => void;
}

const Approval = ({ approval, expiresAtMs, onDecided, onRefused }: ApprovalProps) => {
  const { status, facts, max_total_cents: cents, message_id } = approval;
  const isPending = status === 'pending';
  const isLate = useComputed(() => expiresAtMs <= secondMs.value).value;
  const isOver = status === 'expired' || (isPending && isLate);
  // An approval that expires while the page shows it keeps its buttons, so that nothing moves under the thumb.
  const [wasPending] = useState(isPending && !isLate);
  return (
    <div class="approval">
      <Figures
        figures={{
          ...(cents === undefined ? {} : { 'At most': moneyText(cents) }),
          ...(isPending && !isOver ? { 'Time left': <TimeLeft untilMs={expiresAtMs} /> } : {}),
        }}
      />
      {isOver && (
        <Notice tone="warn" title="The time for a yes is over.">
          <p>
            It expired <Time at={approval.expires_at} />. Nothing was done. If you still want it,
            redrive the message: it asks again.
          </p>
        </Notice>
      )}
      <Decided approval={approval} />
      {(status === 'approved' || status === 'used') && <ApprovalOutcome approval={approval} />}
      <Panel title="What is asked">
        <FactList facts={facts} />
      </Panel>
      {(isPending || (isOver && wasPending)) &&
        (mayOperate() ? (
          <ApprovalDecision {...{ approval, isOver, expiresAtMs, onDecided, onRefused }} />
        ) : (
          <Notice tone="info" title="You may look, but not decide." isAnnounced={false}>
            This needs the role operator. An administrator can give it to you.
          </Notice>
        ))}
      <p>
        <a href={`/messages/${encodeURIComponent(message_id)}`}>Open the run</a> ·{' '}
        <a href="/approvals">All approvals</a>
      </p>
    </div>
  );
};

const DECISIONS = { approved: 'Approved', used: 'Approved', denied: 'Denied' } as const;

/** Who decided, when, and why. */
const Decided = ({ approval }: { approval: ApiApproval }) => {
  const { status, decided_by, decided_at, reason } = approval;
  if (status === 'pending' || status === 'expired') return null;
  return (
    <div class="decided" role="status">
      <Facts
        facts={{
          [DECISIONS[status]]: (
            <>
              {decided_by !== undefined && (
                <>
                  by <Creator name={decided_by} />{' '}
                </>
              )}
              {decided_at !== undefined && <Time at={decided_at} />}
            </>
          ),
          Reason: reason !== undefined && <LongText text={reason} />,
        }}
      />
      {status === 'denied' && <p>Nothing was done.</p>}
    </div>
  );
};

const NoSuchApproval = () => (
  <>
    <PageTitle title="There is no such approval" />
    <Empty title="The address may be wrong, or the approval was deleted 90 days after it was asked.">
      <a href="/approvals">Go to the approvals</a>
    </Empty>
  </>
);
