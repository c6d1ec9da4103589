import type { ApiApproval } from '#handlers/web/app/api/responses.ts';
import { moneyText } from '#handlers/web/app/format/money.ts';
import { Requester } from '#handlers/web/app/parts/requester.tsx';
import { ROW_LINK } from '#handlers/web/app/parts/row-keys.ts';
import { RowTable } from '#handlers/web/app/parts/row-table.tsx';
import { Time } from '#handlers/web/app/parts/time.tsx';
import { TimeLeft } from '#handlers/web/app/parts/time-left.tsx';
import { nowMs } from '#handlers/web/app/state/now.ts';
import { ApprovalBadge } from './approval-badge.tsx';
import { approvalStatusAt, factsLine } from './approval-words.ts';

const COLUMNS = [
  { text: 'Status' },
  { text: 'What' },
  { text: 'At most', isWideOnly: true },
  { text: 'Asked by', isWideOnly: true },
  { text: 'When' },
];

/** Approvals as rows, each with a link to its page. */
export const ApprovalTable = ({ approvals }: { approvals: readonly ApiApproval[] }) => (
  <RowTable label="List of approvals" name="approval-table" columns={COLUMNS}>
    <tbody>
      {approvals.map((approval) => (
        <ApprovalRow key={approval.id} approval={approval} />
      ))}
    </tbody>
  </RowTable>
);

const ApprovalRow = ({ approval }: { approval: ApiApproval }) => {
  const { id, title, facts, max_total_cents: cents, requested_by, decided_at } = approval;
  const status = approvalStatusAt(approval, nowMs.value);
  return (
    <tr>
      <td>
        <ApprovalBadge status={status} />
      </td>
      <th scope="row">
        <a href={`/approvals/${encodeURIComponent(id)}`} {...ROW_LINK}>
          <bdi class="one-line">{title}</bdi>
        </a>
        <bdi class="row-note one-line muted">{factsLine(facts)}</bdi>
        <span class="row-note narrow-only muted">
          {cents !== undefined && `At most ${moneyText(cents)} · `}
          Asked by <Requester name={requested_by} />
        </span>
      </th>
      <td class="wide-only">{cents !== undefined && moneyText(cents)}</td>
      <td class="wide-only">
        <Requester name={requested_by} />
      </td>
      <td>
        {status === 'pending' ? (
          <>
            <TimeLeft untilMs={Date.parse(approval.expires_at)} /> left
          </>
        ) : (
          <Time at={decided_at ?? approval.expires_at} isInLink />
        )}
      </td>
    </tr>
  );
};
