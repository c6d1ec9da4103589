import { decideApproval } from '#lib/data/approvals/approval-changes.ts';
import { findApproval } from '#lib/data/approvals/approvals.ts';
import { release } from '#lib/data/messages/message-sweeps.ts';
import { type ProduceDeps, wake } from '#lib/engine/produce.ts';
import { AppError } from '#lib/platform/errors.ts';
import { APPROVAL_HOLD, type Approval } from './approval-schema.ts';

/** What a person decides about an approval. */
export interface PersonalDecision {
  status: 'approved' | 'denied';
  /** Who decides: `user:ada`. */
  by: string;
  reason?: string | undefined;
}

/**
 * Decides a pending approval, then releases its message. If the message cannot be released, the decision stands, and the
 * sweeper releases it.
 * @throws AppError `not-found` / `APPROVAL_NOT_FOUND`; `conflict` / `APPROVAL_DECIDED`, `APPROVAL_EXPIRED`; `unavailable`
 */
export const decideAndRelease = async (
  id: string,
  decision: PersonalDecision,
  deps: Pick<ProduceDeps, 'clock' | 'log' | 'publisher'>,
): Promise<Approval> => {
  const decided = await decideApproval(id, { ...decision, nowMs: deps.clock.now() });
  if (decided === undefined) throw notPendingError(id, await findApproval(id));
  await releaseMessage(decided, deps);
  return decided;
};

const releaseMessage = async (
  { id, message_id }: Approval,
  deps: Pick<ProduceDeps, 'clock' | 'log' | 'publisher'>,
): Promise<void> => {
  try {
    const released = await release(message_id, APPROVAL_HOLD, deps.clock.now());
    if (released !== undefined) await wake(released, deps);
  } catch (error) {
    deps.log.warn(
      { err: error, message_id, approval_id: id },
      'message of a decided approval not released, sweeper retries it',
    );
  }
};

const notPendingError = (id: string, approval: Approval | undefined): AppError => {
  if (approval === undefined) {
    return new AppError('not-found', 'APPROVAL_NOT_FOUND', `there is no approval ${id}`);
  }
  const { status, decided_by = 'somebody', decided_at = 'an unknown time' } = approval;
  if (status === 'pending' || status === 'expired') {
    return new AppError('conflict', 'APPROVAL_EXPIRED', 'the approval expired before a decision');
  }
  const verb = status === 'denied' ? 'denied' : 'approved';
  return new AppError('conflict', 'APPROVAL_DECIDED', `${decided_by} ${verb} it at ${decided_at}`);
};
