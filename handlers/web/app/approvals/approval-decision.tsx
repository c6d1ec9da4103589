import { useComputed } from '@preact/signals';
import { useState } from 'preact/hooks';
import { errorText, isApiError, isUnreachable } from '#handlers/web/app/api/api-error.ts';
import type { ApiApproval } from '#handlers/web/app/api/responses.ts';
import { Button } from '#handlers/web/app/parts/button.tsx';
import { TextField } from '#handlers/web/app/parts/field.tsx';
import { Notice } from '#handlers/web/app/parts/notice.tsx';
import { Correlation } from '#handlers/web/app/parts/resource-view.tsx';
import { useDraft } from '#handlers/web/app/session/draft.ts';
import { secondMs } from '#handlers/web/app/state/every-second.ts';
import { type ApprovalAnswer, answerApproval } from './answer-approval.ts';

export interface ApprovalDecisionProps {
  approval: ApiApproval;
  /** Whether the time for a decision is over. */
  isOver: boolean;
  expiresAtMs: number;
  onDecided: (approval: ApiApproval) => void;
  /** Somebody else decided, or it has expired. */
  onRefused: () => void;
}

/** The buttons with which an operator decides, and an optional reason. */
export const ApprovalDecision = ({
  approval,
  isOver,
  expiresAtMs,
  onDecided,
  onRefused,
}: ApprovalDecisionProps) => {
  const { id } = approval;
  const reason = useDraft(`approval:${id}`, '');
  const [sending, setSending] = useState<ApprovalAnswer>();
  const [error, setError] = useState<unknown>();
  const send = async (answer: ApprovalAnswer) => {
    if (sending !== undefined) return;
    setSending(answer);
    setError(undefined);
    try {
      const decided = await answerApproval(id, answer, reason.value);
      reason.forget();
      onDecided(decided);
    } catch (cause) {
      setError(cause);
      if (isApiError(cause) && cause.status === 409) onRefused();
    } finally {
      setSending(undefined);
    }
  };
  const isDisabled = isOver || sending !== undefined;
  return (
    <>
      <Urgency expiresAtMs={expiresAtMs} />
      <TextField
        label="Reason (optional)"
        value={reason.value}
        onInput={reason.set}
        help="Stored with the decision."
      />
      {error !== undefined && <DecisionProblem error={error} />}
      <fieldset class="actions decision-buttons" aria-label="Your decision">
        <Button kind="primary" isLarge isDisabled={isDisabled} onClick={() => send('approve')}>
          {sending === 'approve' ? 'Approving …' : 'Approve'}
        </Button>
        <Button kind="danger" isLarge isDisabled={isDisabled} onClick={() => send('deny')}>
          {sending === 'deny' ? 'Denying …' : 'Deny'}
        </Button>
      </fieldset>
    </>
  );
};

const MINUTE_MS = 60_000;

/** Tells screen readers when little time is left. */
const Urgency = ({ expiresAtMs }: { expiresAtMs: number }) => {
  const text = useComputed(() => {
    const leftMs = expiresAtMs - secondMs.value;
    if (leftMs <= 0 || leftMs > 5 * MINUTE_MS) return '';
    return leftMs > MINUTE_MS ? 'Less than five minutes are left.' : 'Less than a minute is left.';
  });
  return (
    <p class="visually-hidden" role="status">
      {text}
    </p>
  );
};

const DecisionProblem = ({ error }: { error: unknown }) =>
  isUnreachable(error) ? (
    <Notice tone="warn" title="It is not known whether your decision arrived.">
      <p>{errorText(error)}</p>
      <p>Decide again: only the first decision counts.</p>
    </Notice>
  ) : (
    <Notice tone="bad" title="Your decision was not accepted.">
      <p>
        <bdi>{errorText(error)}</bdi>
      </p>
      <Correlation error={error} />
    </Notice>
  );
