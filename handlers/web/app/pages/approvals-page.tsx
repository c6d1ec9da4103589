import type { ApiApproval } from '#handlers/web/app/api/responses.ts';
import { ApprovalTable } from '#handlers/web/app/approvals/approval-table.tsx';
import { APPROVAL_WORDS } from '#handlers/web/app/approvals/approval-words.ts';
import { LedgerList } from '#handlers/web/app/ledger/ledger-list.tsx';
import { Empty } from '#handlers/web/app/parts/empty.tsx';
import { PageTitle } from '#handlers/web/app/parts/page-title.tsx';

/** What waits for a yes, and with the filter what was decided. */
export const ApprovalsPage = () => (
  <>
    <PageTitle
      title="Approvals"
      lead="What cannot be undone waits here for the yes of a person, unless a person sent it."
    />
    <LedgerList<ApiApproval>
      path="/api/approvals"
      noun="approval"
      statuses={APPROVAL_WORDS}
      defaultStatus="pending"
      idOf={({ id }) => id}
      empty={
        <Empty title="Nothing waits for a yes.">
          <p>A push and the overview tell you when something does.</p>
        </Empty>
      }
    >
      {(approvals) => <ApprovalTable approvals={approvals} />}
    </LedgerList>
  </>
);
